#include "net/chunk_decoder.h"

#include <string>

#include <gtest/gtest.h>

namespace net {
namespace {

struct Decoded {
  std::string content;
  size_t used = 0;
  bool complete = false;
  bool failed = false;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view bytes, size_t step) {
  ChunkDecoder decoder;
  Decoded decoded;
  for (size_t at = 0; at < bytes.size() && !decoder.complete() && !decoder.failed(); at += step)
    decoded.used += decoder.feed(bytes.substr(at, step),
                                 [&](std::string_view data) { decoded.content += data; });
  decoded.complete = decoder.complete();
  decoded.failed = decoder.failed();
  return decoded;
}
Decoded decode(std::string_view bytes) {
  return decode(bytes, bytes.size() + 1);
}

TEST(ChunkDecoder, JoinsTheChunks) {
  const std::string body = "5\r\nhello\r\nB\r\n, you there\r\n0\r\n\r\n";
  const Decoded decoded = decode(body + "HTTP/1.1 200");
  EXPECT_TRUE(decoded.complete);
  EXPECT_EQ(decoded.content, "hello, you there");
  EXPECT_EQ(decoded.used, body.size());
}

TEST(ChunkDecoder, DoesNotDependOnTheCuts) {
  for (const std::string body : {"5\r\nhello\r\n0\r\n\r\nmore",
                                 "a;name=\"v;w\"\r\n0123456789\r\n000\r\nX-T: 1\r\nY: 2\r\n\r\nx",
                                 "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n"}) {
    const Decoded whole = decode(body);
    EXPECT_TRUE(whole.complete) << body;
    for (size_t step = 1; step < body.size(); ++step) EXPECT_EQ(decode(body, step), whole) << step;
    for (size_t at = 1; at < body.size(); ++at) {
      ChunkDecoder decoder;
      std::string content;
      const auto add = [&](std::string_view data) { content += data; };
      size_t used = decoder.feed(std::string_view(body).substr(0, at), add);
      if (!decoder.complete()) used += decoder.feed(std::string_view(body).substr(at), add);
      EXPECT_EQ(content, whole.content) << at;
      EXPECT_EQ(used, whole.used) << at;
    }
  }
}

TEST(ChunkDecoder, TakesSizesInEitherCase) {
  EXPECT_EQ(decode("A\r\n0123456789\r\n0\r\n\r\n").content, "0123456789");
  EXPECT_EQ(decode("a\r\n0123456789\r\n0\r\n\r\n").content, "0123456789");
  EXPECT_EQ(decode("00A\r\n0123456789\r\n0\r\n\r\n").content, "0123456789");
}

TEST(ChunkDecoder, IsNotCompleteBeforeTheLastLine) {
  for (const char* body : {"", "5", "5\r\n", "5\r\nhel", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\n",
                           "0\r\n", "0\r\n\r", "0\r\nX: y\r\n"}) {
    EXPECT_FALSE(decode(body).complete) << body;
    EXPECT_FALSE(decode(body).failed) << body;
  }
}

TEST(ChunkDecoder, RefusesBrokenFraming) {
  for (const char* body :
       {"x\r\n", "\r\nhello", "-5\r\nhello\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n",
        "5\r\nhelloX\r\n", "5\r\nhello0\r\n\r\n", "5\nhello\r\n", "5\rhello",
        "ffffffffffffffff1\r\n", "fffffffffffffffff\r\n", ";ext\r\n", "5\r\nhello\n0\r\n\r\n"}) {
    EXPECT_TRUE(decode(body).failed) << body;
    EXPECT_TRUE(decode(body, 1).failed) << body;
  }
}

TEST(ChunkDecoder, BoundsWhatIsNoContent) {
  EXPECT_TRUE(decode("5;" + std::string(100000, 'e')).failed);
  EXPECT_TRUE(decode("0\r\nX: " + std::string(1 << 20, 't')).failed);
  std::string trailers = "0\r\n";
  for (int i = 0; i < 100000; ++i) trailers += "X: y\r\n";
  EXPECT_TRUE(decode(trailers).failed);
  EXPECT_TRUE(decode(std::string(1000, '0')).failed);
}

TEST(ChunkDecoder, SaysWhatItHasBeforeTheFault) {
  const Decoded decoded = decode("5\r\nhello\r\nzz");
  EXPECT_TRUE(decoded.failed);
  EXPECT_EQ(decoded.content, "hello");
}

}  // namespace
}  // namespace net
