#include "mcp/arguments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"

namespace mcp {
namespace {

using Json = nlohmann::json;
using Fault = std::optional<std::string>;

constexpr std::array known_keywords = {"additionalProperties",
                                       "default",
                                       "description",
                                       "enum",
                                       "items",
                                       "maxItems",
                                       "maxLength",
                                       "maximum",
                                       "minItems",
                                       "minLength",
                                       "minimum",
                                       "properties",
                                       "required",
                                       "title",
                                       "type"};

constexpr size_t longest_name = 64;  // of those that a message repeats

Fault check(const Json& schema, Json& value, const std::string& path);

std::string below(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// The value as the model sent it, short enough for a message.
std::string shown(const Json& value) {
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= 80 ? text
                           : std::string(value.type_name()) + " of " + std::to_string(text.size()) +
                                 " characters";
}

Fault fault(const std::string& path, const std::string& what) {
  return (path.empty() ? std::string("the arguments") : path) + ": " + what;
}

bool is_whole(const Json& value) {
  return value.is_number_integer() ||
         (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_whole(value);
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return type == "null" && value.is_null();
}

// Models like to quote numbers; only what reads as JSON of the wanted type is taken.
bool mend(Json& value, std::string_view type) {
  if (!value.is_string() || (type != "integer" && type != "number" && type != "boolean"))
    return false;
  Json read = Json::parse(value.get_ref<const std::string&>(), nullptr, false);
  if (read.is_discarded() || !has_type(read, type)) return false;
  value = std::move(read);
  return true;
}

Fault check_type(const Json& schema, Json& value, const std::string& path) {
  const auto type = schema.find("type");
  if (type == schema.end()) return {};
  const std::vector<std::string> types = type->is_array() ? type->get<std::vector<std::string>>()
                                                          : std::vector{type->get<std::string>()};
  for (const std::string& wanted : types) {
    if (!has_type(value, wanted) && !mend(value, wanted)) continue;
    if (wanted == "integer" && value.is_number_float() && std::abs(value.get<double>()) < 9e15)
      value = static_cast<long long>(value.get<double>());  // 5.0
    return {};
  }
  return fault(path, fmt::format("{} is not of type {}", shown(value), fmt::join(types, " or ")));
}

Fault check_enum(const Json& schema, const Json& value, const std::string& path) {
  const auto words = schema.find("enum");
  if (words == schema.end() || std::ranges::find(*words, value) != words->end()) return {};
  std::string list;
  for (const Json& word : *words) list += (list.empty() ? "" : ", ") + word.dump();
  return fault(path, shown(value) + " is not one of " + list);
}

// Bytes that begin a code point.
size_t length_of(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Fault check_bounds(const Json& schema, const Json& value, const std::string& path) {
  struct Bound {
    const char* least;
    const char* most;
    const char* unit;
  };
  double size = 0;
  Bound bound{"minimum", "maximum", ""};
  if (value.is_number()) {
    size = value.get<double>();
  } else if (value.is_string()) {
    size = static_cast<double>(length_of(value.get_ref<const std::string&>()));
    bound = {"minLength", "maxLength", " characters"};
  } else if (value.is_array()) {
    size = static_cast<double>(value.size());
    bound = {"minItems", "maxItems", " items"};
  } else {
    return {};
  }
  const std::string is = *bound.unit != '\0' ? fmt::format("{}{}", size, bound.unit) : shown(value);
  if (const auto least = schema.find(bound.least);
      least != schema.end() && size < least->get<double>())
    return fault(path, fmt::format("{} is less than {}", is, least->dump()));
  if (const auto most = schema.find(bound.most); most != schema.end() && size > most->get<double>())
    return fault(path, fmt::format("{} is more than {}", is, most->dump()));
  return {};
}

Fault unknown_property(const Json& properties, const std::string& name, const std::string& path) {
  std::vector<std::string_view> names;
  for (const auto& [known, schema] : properties.items()) names.push_back(known);
  const std::string_view near =
      name.size() > longest_name ? std::string_view() : base::nearest(name, names);
  const std::string advice = near.empty() ? fmt::format("known are {}", fmt::join(names, ", "))
                                          : fmt::format("did you mean {}?", near);
  return fault(below(path, name.substr(0, longest_name)), "there is no such argument; " + advice);
}

Fault check_object(const Json& schema, Json& value, const std::string& path) {
  static const Json none = Json::object();
  const auto found = schema.find("properties");
  const Json& properties = found == schema.end() ? none : *found;
  const bool is_closed = schema.value("additionalProperties", Json(true)) == Json(false);
  for (auto& [name, member] : value.items()) {
    const auto property = properties.find(name);
    if (property == properties.end()) {
      if (is_closed) return unknown_property(properties, name, path);
      continue;
    }
    if (Fault inner = check(*property, member, below(path, name))) return inner;
  }
  if (const auto required = schema.find("required"); required != schema.end())
    for (const Json& name : *required)
      if (!value.contains(name.get<std::string>()))
        return fault(below(path, name.get<std::string>()), "this argument is required");
  for (const auto& [name, property] : properties.items())
    if (const auto standard = property.find("default"); standard != property.end())
      value.emplace(name, *standard);
  return {};
}

Fault check(const Json& schema, Json& value, const std::string& path) {
  if (Fault found = check_type(schema, value, path)) return found;
  if (Fault found = check_enum(schema, value, path)) return found;
  if (Fault found = check_bounds(schema, value, path)) return found;
  if (value.is_object()) return check_object(schema, value, path);
  const auto items = schema.find("items");
  if (!value.is_array() || items == schema.end()) return {};
  for (size_t i = 0; i < value.size(); ++i)
    if (Fault inner = check(*items, value[i], fmt::format("{}[{}]", path, i))) return inner;
  return {};
}

Fault unknown_below(const Json& schema, const std::string& path) {
  for (const auto& [keyword, value] : schema.items()) {
    if (std::ranges::find(known_keywords, keyword) == known_keywords.end())
      return below(path, keyword);
    if (keyword == "items") {
      if (Fault found = unknown_below(value, below(path, keyword))) return found;
    }
    if (keyword != "properties") continue;
    for (const auto& [name, property] : value.items())
      if (Fault found = unknown_below(property, below(below(path, keyword), name))) return found;
  }
  return {};
}

}  // namespace

std::optional<std::string> check_arguments(const Json& schema, Json& arguments) {
  return check(schema, arguments, "");
}

std::optional<std::string> unknown_keyword(const Json& schema) {
  return unknown_below(schema, "");
}

}  // namespace mcp
