// What is asked for, and the request that asks it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "fetch/request.h"
#include "mcp/search/results.h"

namespace mcp::search {

struct Query {
  std::string words;
  std::string region = "wt-wt";  // as DuckDuckGo names them: "us-en", "de-de", "wt-wt" for all
  std::string time_range = {};   // "day", "week", "month", "year", or empty for any
  int page = 1;
};

// Words that DuckDuckGo takes: at most 499 characters, and no bang that would leave it.
base::Result<std::string> checked_words(std::string_view words);

// `base` is the page that has the form. The first page is the form's own; the next ones need the
// fields that the page before brought.
::fetch::Request duckduckgo_request(const ::fetch::Url& base, const Query& query,
                                    const Fields& next = {});

// `base` is the instance's address.
::fetch::Request searxng_request(const ::fetch::Url& base, const Query& query);

}  // namespace mcp::search
