// An answer over HTTP/1.1 is the same wherever its bytes are cut, and never longer than what is
// kept of it; whatever a server sends over HTTP/2, the exchange ends or waits.
#include <string>

#include "fetch/exchange.h"
#include "fuzz/expect.h"

namespace {

constexpr size_t max_body = 4096;

fetch::Request request() {
  fetch::Request made;
  made.url.host = "a.test";
  made.url.target = "/";
  return made;
}

std::string http1(std::string_view bytes, size_t step) {
  const auto exchange = fetch::http1_exchange(request(), max_body);
  exchange->take_output();
  for (size_t at = 0; at < bytes.size() && !exchange->is_done(); at += step)
    exchange->feed(bytes.substr(at, step));
  if (!exchange->is_done()) exchange->feed({});
  expect(exchange->is_done(), "waits for a connection that is closed");
  const std::string problem = exchange->problem();
  fetch::Response response = exchange->take_response();
  expect(response.body.size() <= max_body, "keeps too much");
  // What came before a fault may differ by what was at hand when it was found.
  if (!problem.empty()) return "problem";
  return std::to_string(response.status) + (response.is_cut ? " cut " : " ") + response.body;
}

void http2(std::string_view bytes, size_t step) {
  const auto exchange = fetch::http2_exchange(request(), max_body);
  exchange->take_output();
  for (size_t at = 0; at < bytes.size() && !exchange->is_done(); at += step) {
    exchange->feed(bytes.substr(at, step));
    exchange->take_output();
  }
  if (!exchange->is_done()) exchange->feed({});
  expect(exchange->is_done(), "waits for a connection that is closed");
  expect(exchange->take_response().body.size() <= max_body, "keeps too much");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  const size_t step = size_t{data[0]} % 16 + 1;
  const std::string whole = http1(bytes, bytes.size() + 1);
  expect(http1(bytes, step) == whole, "depends on where it is cut");
  http2(bytes, bytes.size() + 1);
  http2(bytes, step);
  return 0;
}
