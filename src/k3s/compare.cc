#include "k3s/compare.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace k3s {
namespace {

using json = nlohmann::ordered_json;

constexpr size_t longest_value = 80;

bool is_nothing(const json& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  if (value.is_boolean()) return !value.get<bool>();
  return value.is_structured() && value.empty();
}

std::string as_text(const json& value) {
  std::string text = value.is_string() ? value.get<std::string>()
                                       : value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > longest_value) text = text.substr(0, longest_value - 3) + "...";
  return text;
}

// A list's entries have names more often than not, which say more than a number.
std::string entry_of(const json& value, size_t index) {
  if (value.is_object() && value.contains("name") && value["name"].is_string())
    return fmt::format("[{}]", value["name"].get<std::string>());
  return fmt::format("[{}]", index);
}

class Comparison {
 public:
  Comparison(std::string object, std::vector<Difference>& found)
      : object_(std::move(object)), found_(found) {}

  void values(const json& wanted, const json& live, const std::string& path) {
    if (is_nothing(wanted) && is_nothing(live)) return;
    if (wanted.is_object() && live.is_object()) return members(wanted, live, path);
    if (wanted.is_array() && live.is_array()) return entries(wanted, live, path);
    if (wanted == live) return;
    if (!wanted.is_structured() && !live.is_structured() && as_text(wanted) == as_text(live))
      return;
    add(path, is_nothing(wanted) ? "" : as_text(wanted), is_nothing(live) ? "" : as_text(live));
  }

 private:
  void members(const json& wanted, const json& live, const std::string& path) {
    for (const auto& [key, value] : wanted.items()) {
      const auto found = live.find(key);
      values(value, found == live.end() ? json() : *found, path.empty() ? key : path + "." + key);
    }
  }

  void entries(const json& wanted, const json& live, const std::string& path) {
    for (size_t i = 0; i < std::max(wanted.size(), live.size()); ++i) {
      const json none;
      const json& left = i < wanted.size() ? wanted[i] : none;
      const json& right = i < live.size() ? live[i] : none;
      values(left, right, path + entry_of(i < wanted.size() ? left : right, i));
    }
  }

  void add(const std::string& path, std::string wanted, std::string live) {
    found_.push_back(
        {.object = object_, .path = path, .wanted = std::move(wanted), .live = std::move(live)});
  }

  std::string object_;
  std::vector<Difference>& found_;
};

const json* find(const std::vector<json>& objects, const std::string& name) {
  const auto found = std::ranges::find(objects, name, name_of_object);
  return found == objects.end() ? nullptr : &*found;
}

}  // namespace

std::string Difference::text() const {
  if (path.empty()) return object + (live.empty() ? " is missing" : " is left over");
  if (live.empty()) return fmt::format("{}: {} is missing, it should be {}", object, path, wanted);
  if (wanted.empty())
    return fmt::format("{}: {} is {}, it should not be there", object, path, live);
  return fmt::format("{}: {} is {}, not {}", object, path, live, wanted);
}

std::string name_of_object(const json& object) {
  const json metadata = object.value("metadata", json::object());
  return object.value("kind", "?") + " " + metadata.value("name", "?");
}

std::vector<Difference> compare(const std::vector<json>& wanted, const std::vector<json>& live) {
  std::vector<Difference> found;
  for (const json& object : wanted) {
    const std::string name = name_of_object(object);
    if (const json* const other = find(live, name)) {
      Comparison(name, found).values(object, *other, {});
      continue;
    }
    found.push_back({.object = name, .path = {}, .wanted = "there", .live = {}});
  }
  for (const json& object : live)
    if (const std::string name = name_of_object(object); find(wanted, name) == nullptr)
      found.push_back({.object = name, .path = {}, .wanted = {}, .live = "there"});
  return found;
}

}  // namespace k3s
