// The content, the length taken and the verdict are the same wherever the bytes are cut; the
// content is never longer than what came.
#include "net/chunk_decoder.h"

#include <string>

#include "fuzz/expect.h"

namespace {

std::string decode(std::string_view bytes, size_t step) {
  net::ChunkDecoder decoder;
  std::string content;
  size_t taken = 0;
  for (size_t at = 0; at < bytes.size() && !decoder.complete() && !decoder.failed(); at += step) {
    const std::string_view piece = bytes.substr(at, step);
    const size_t used = decoder.feed(piece, [&content](std::string_view data) { content += data; });
    expect(used <= piece.size(), "takes more than it was given");
    expect(used == piece.size() || decoder.complete() || decoder.failed(), "leaves bytes");
    taken += used;
  }
  expect(content.size() <= bytes.size(), "makes content");
  // What a broken coding took does not matter.
  const size_t length = decoder.failed() ? 0 : taken;
  return std::to_string(length) + (decoder.complete() ? " complete " : " ") +
         (decoder.failed() ? "failed " : " ") + content;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes = text_of(data + 1, size - 1);
  const std::string whole = decode(bytes, bytes.size() + 1);
  expect(decode(bytes, 1) == whole, "cut after every byte");
  expect(decode(bytes, size_t{data[0]} % 16 + 2) == whole, "cut in steps");
  return 0;
}
