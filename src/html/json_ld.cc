#include "html/json_ld.h"

#include <deque>
#include <string>

#include <nlohmann/json.hpp>

#include "base/strings.h"

namespace html {
namespace {

using Json = nlohmann::json;
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxObjects = 10'000;

bool is_article(const Json& object) {
  const auto type = object.find("@type");
  if (type == object.end()) return false;
  const auto names_article = [](const Json& name) {
    if (!name.is_string()) return false;
    const auto& text = name.get_ref<const std::string&>();
    return text.ends_with("Article") || text.ends_with("Posting") || text.ends_with("Report") ||
           text == "WebPage" || text == "Recipe" || text == "NewsStory";
  };
  if (!type->is_array()) return names_article(*type);
  for (const Json& name : *type)
    if (names_article(name)) return true;
  return false;
}

std::string text_of(const Json& object, const char* name) {
  const auto value = object.find(name);
  return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

std::string name_of(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.starts_with("http") ? std::string() : text;
  }
  return value.is_object() ? text_of(value, "name") : std::string();
}

std::string names_of(const Json& object, const char* name) {
  const auto value = object.find(name);
  if (value == object.end()) return {};
  if (!value->is_array()) return name_of(*value);
  std::string names;
  for (const Json& one : *value) {
    const std::string own = name_of(one);
    if (!own.empty() && names.size() < 500) names += (names.empty() ? "" : ", ") + own;
  }
  return names;
}

void fill(std::string& field, std::string value) {
  if (field.empty()) field = std::move(value);
}

void read_article(const Json& object, Metadata& metadata) {
  fill(metadata.title, text_of(object, "headline"));
  fill(metadata.title, text_of(object, "name"));
  fill(metadata.byline, names_of(object, "author"));
  fill(metadata.published, text_of(object, "datePublished"));
  fill(metadata.description, text_of(object, "description"));
  fill(metadata.site, names_of(object, "publisher"));
}

}  // namespace

void read_json_ld(std::string_view text, Metadata& metadata) {
  bool is_too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    is_too_deep |= depth > kMaxDepth;
    return !is_too_deep;
  };
  const Json document = Json::parse(text, shallow, false);
  if (document.is_discarded() || is_too_deep) return;
  std::deque<const Json*> waiting{&document};
  for (std::size_t seen = 0; !waiting.empty() && seen < kMaxObjects; ++seen) {
    const Json& value = *waiting.front();
    waiting.pop_front();
    if (value.is_object() && is_article(value)) return read_article(value, metadata);
    if (value.is_array())
      for (const Json& one : value) waiting.push_back(&one);
    if (value.is_object() && value.contains("@graph")) waiting.push_back(&value["@graph"]);
    if (value.is_object() && value.contains("mainEntity")) waiting.push_back(&value["mainEntity"]);
  }
}

}  // namespace html
