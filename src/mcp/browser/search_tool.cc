#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "mcp/browser/page.h"
#include "mcp/browser/tools.h"
#include "mcp/search/query.h"
#include "mcp/search/results.h"

namespace mcp::browser {
namespace {

using net::Task;
using Json = nlohmann::json;
using Shared = std::shared_ptr<Sessions>;

constexpr milliseconds search_deadline{30'000};

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

std::string address_of(const Options& options, const Json& arguments, const std::string& words) {
  std::string url = options.search + "?q=" + percent_encoded(words);
  url += "&kl=" + percent_encoded(arguments.value("region", std::string("wt-wt")));
  const std::string time = arguments.value("time_range", std::string("any"));
  if (time != "any") url += "&df=" + time.substr(0, 1);
  return url;
}

ToolResult result_of(const search::Answer& answer, const std::string& words, size_t most) {
  if (std::holds_alternative<search::Challenge>(answer))
    return error_result(
        "the search engine wants to check that a person asks — it does so after many searches from "
        "one address — wait some minutes, or use another source");
  if (const auto* unknown = std::get_if<search::Unknown>(&answer))
    return error_result("the search engine's page cannot be read — " + unknown->why +
                        " — open it in a session to see it");
  const auto& list = std::get<search::Results>(answer).list;
  if (list.empty())
    return text_result(fmt::format("No results for \"{}\". Try fewer or other words.\n", words));
  std::string text;
  for (size_t i = 0; i < std::min(most, list.size()); ++i)
    text += fmt::format("{}. {}\n   {}\n   {}\n", i + 1, list[i].title, list[i].url,
                        list[i].snippet.substr(0, 500));
  return text_result(fmt::format("Results for \"{}\":\n", words) + page_text(text));
}

Task<ToolResult> run(Shared sessions, Json arguments) {
  const auto words = search::checked_words(arguments["query"].get<std::string>());
  if (!words) throw base::Error("cannot search for that", words.error(), {}, base::Exit::usage);
  const auto context = co_await sessions->one_shot();
  const auto tab = co_await context->open_tab();
  std::string url = address_of(sessions->options(), arguments, *words);
  co_await go_to(*context, tab, std::move(url), Stage::dom_content_loaded, search_deadline);
  FrameKey key{tab->target(), tab->main().loader};
  std::string expression = "document.documentElement.outerHTML.slice(0, 4000000)";
  const Json markup = co_await evaluate(tab, std::move(key), std::move(expression));
  const std::string html = markup.is_string() ? markup.get<std::string>() : std::string();
  co_return result_of(search::parse_duckduckgo(tab->status, html), *words,
                      arguments.value("max_results", size_t{5}));
}

constexpr const char* schema = R"({
  "type": "object",
  "properties": {
    "query": {"type": "string", "minLength": 1, "maxLength": 499},
    "max_results": {"type": "integer", "minimum": 1, "maximum": 10, "default": 5},
    "region": {"type": "string", "minLength": 5, "maxLength": 5, "default": "wt-wt",
      "description": "country and language, like us-en or de-de; wt-wt: all"},
    "time_range": {"type": "string", "enum": ["any", "day", "week", "month", "year"],
      "default": "any"}
  },
  "required": ["query"],
  "additionalProperties": false
})";

}  // namespace

Tool search_tool(const Shared& sessions) {
  return {.name = "browser_search",
          .title = "Search in a browser",
          .description =
              "Searches the web with DuckDuckGo in a real browser. Use it when web_search is "
              "refused; it is slower.",
          .annotations = {.read_only = true, .open_world = true},
          .input_schema = schema,
          .handle = [sessions](Json arguments,
                               CallContext&) { return run(sessions, std::move(arguments)); },
          .deadline = seconds(90)};
}

}  // namespace mcp::browser
