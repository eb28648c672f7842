#include <nlohmann/json.hpp>

#include "fetch/url.h"
#include "mcp/search/results.h"

namespace mcp::search {
namespace {

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Answer parse_searxng(int status, std::string_view text) {
  if (status == 429) return Challenge{};
  if (status == 403)
    return Unknown{"it refuses the JSON format: enable it in its settings.yml (search.formats)"};
  if (status != 200) return Unknown{"it answers with status " + std::to_string(status)};
  const auto answer = nlohmann::json::parse(text, nullptr, false);
  const auto list = answer.is_object() ? answer.find("results") : answer.end();
  if (!answer.is_object() || list == answer.end() || !list->is_array())
    return Unknown{"its answer is not the JSON of SearXNG"};
  Results results;
  for (const nlohmann::json& one : *list) {
    if (!one.is_object()) continue;
    const auto url = ::fetch::parse_url(text_of(one, "url"));
    if (!url) continue;
    results.list.push_back(
        {.title = text_of(one, "title"), .url = url->href(), .snippet = text_of(one, "content")});
  }
  if (!results.list.empty()) results.next = Fields{};  // the page's number is all it needs
  return results;
}

}  // namespace mcp::search
