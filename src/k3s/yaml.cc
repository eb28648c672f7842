#include "k3s/yaml.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace k3s {
namespace {

using json = nlohmann::ordered_json;

constexpr int deepest = 64;

template <class Number>
std::optional<Number> whole(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A plain scalar means what it looks like; a quoted one (yaml-cpp tags it "!") is a text.
json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
  if (text == "true") return true;
  if (text == "false") return false;
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (const auto number = whole<long long>(text)) return *number;
  if (const bool is_number = text.find_first_not_of("0123456789.eE+-") == std::string::npos;
      is_number)
    if (const auto number = whole<double>(text)) return *number;
  return text;
}

json convert(const YAML::Node& node, int depth) {
  if (depth > deepest) throw YAML::Exception(node.Mark(), "nested too deep");
  if (node.IsScalar()) return scalar(node);
  if (node.IsSequence()) {
    json list = json::array();
    for (const YAML::Node& entry : node) list.push_back(convert(entry, depth + 1));
    return list;
  }
  if (!node.IsMap()) return nullptr;
  json mapping = json::object();
  for (const auto& pair : node) mapping[pair.first.Scalar()] = convert(pair.second, depth + 1);
  return mapping;
}

}  // namespace

base::Result<std::vector<json>> parse_yaml(std::string_view text) {
  try {
    std::vector<json> documents;
    for (const YAML::Node& node : YAML::LoadAll(std::string(text)))
      if (json document = convert(node, 0); !document.is_null())
        documents.push_back(std::move(document));
    return documents;
  } catch (const YAML::Exception& error) {
    return std::unexpected(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
}

void merge_values(json& into, const json& layer) {
  for (const auto& [key, value] : layer.items()) {
    const auto known = into.find(key);
    if (known != into.end() && known->is_object() && value.is_object())
      merge_values(*known, value);
    else
      into[key] = value;
  }
}

}  // namespace k3s
