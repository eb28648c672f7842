// A head is complete where its blank line is, never before; more bytes behind it change nothing;
// what is complete has one length of its body, or none.
#include <string>

#include "fuzz/expect.h"
#include "net/http_head.h"

namespace {

std::string summary(const net::Head& head) {
  std::string text = std::string(head.chunked ? "chunked " : "") +
                     (head.keep_alive ? "keep " : "") +
                     (head.content_length ? std::to_string(*head.content_length) : "-");
  for (const auto& header : head.headers.all())
    text += '\n' + std::string(header.name) + ':' + std::string(header.value);
  return text;
}

void check_headers(const net::Head& head) {
  expect(!(head.chunked && head.content_length), "two lengths");
  for (const auto& header : head.headers.all()) {
    expect(!header.name.empty(), "a header without a name");
    expect(header.value.find_first_of("\r\n") == header.value.npos, "a line end in a header");
    expect(header.value.find('\0') == header.value.npos, "a zero in a header");
  }
}

template <class Head>
void check(std::string_view bytes) {
  Head head;
  size_t length = 0;
  const net::HeadState state = net::parse_head(bytes, head, length);
  if (state != net::HeadState::complete) return;
  expect(length <= bytes.size() && length <= net::max_head + 4, "is longer than what came");
  check_headers(head);
  Head again;
  size_t again_length = 0;
  const std::string_view exact = bytes.substr(0, length);
  expect(net::parse_head(exact, again, again_length) == net::HeadState::complete, "exact");
  expect(again_length == length && summary(again) == summary(head), "what follows matters");
  Head part;
  size_t part_length = 0;
  const auto shorter = net::parse_head(exact.substr(0, length - 1), part, part_length);
  expect(shorter == net::HeadState::incomplete, "complete before its end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  check<net::RequestHead>(text_of(data, size));
  check<net::ResponseHead>(text_of(data, size));
  return 0;
}
