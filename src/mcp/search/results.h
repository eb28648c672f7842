// What a search engine answered, as values. The parsers read pages that others write and change:
// what they do not know is told apart from "nothing found". Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mcp::search {

struct Result {
  std::string title;
  std::string url;
  std::string snippet;
};

// The next page of DuckDuckGo's results: its form's fields.
using Fields = std::vector<std::pair<std::string, std::string>>;

struct Results {
  std::vector<Result> list;  // in the engine's order, advertisements left out; may be empty
  std::optional<Fields> next = {};
};
// The engine wants to check that a person asks.
struct Challenge {};
// The page is none that is known: "it holds no results and does not say that there are none".
struct Unknown {
  std::string why;
};
using Answer = std::variant<Results, Challenge, Unknown>;

// A page of html.duckduckgo.com/html/ or lite.duckduckgo.com/lite/; UTF-8.
Answer parse_duckduckgo(int status, std::string_view page);

// SearXNG's answer for format=json.
Answer parse_searxng(int status, std::string_view json);

// The page that a link of DuckDuckGo's leads to: "//duckduckgo.com/l/?uddg=…" unwrapped; empty for
// advertisements and for what is no web address.
std::string unwrap_link(std::string_view href);

}  // namespace mcp::search
