// Whatever a search engine sends, the results have addresses of the web.
#include <variant>

#include "fetch/charset.h"
#include "fetch/url.h"
#include "fuzz/expect.h"
#include "mcp/search/results.h"

namespace {

void check(const mcp::search::Answer& answer) {
  const auto* results = std::get_if<mcp::search::Results>(&answer);
  if (!results) return;
  for (const mcp::search::Result& one : results->list)
    expect(fetch::parse_url(one.url).has_value(), "gives what is no web address");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  const std::string_view bytes = text_of(data, size);
  check(mcp::search::parse_duckduckgo(200, fetch::decode_text(bytes, "text/html", true).text));
  check(mcp::search::parse_searxng(200, bytes));
  return 0;
}
