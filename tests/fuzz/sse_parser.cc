// The events are the same wherever the bytes are cut. The first byte says where.
#include <string>
#include <vector>

#include "fuzz/expect.h"
#include "protocol/sse/parser.h"

namespace {

std::string events(std::string_view bytes, size_t step) {
  sse::Parser parser;
  std::string all;
  for (size_t at = 0; at < bytes.size(); at += step) {
    parser.feed(bytes.substr(at, step), [&all](const sse::Event& event) {
      all += std::string(event.type) + '\x01' + std::string(event.data) + '\x02';
      return true;
    });
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  const std::string whole = events(bytes, bytes.size() + 1);
  expect(events(bytes, 1) == whole, "cut after every byte");
  expect(events(bytes, size_t{data[0]} % 32 + 2) == whole, "cut in steps");
  return 0;
}
