#include "fetch/decode.h"

#include <functional>

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace fetch {
namespace {

constexpr size_t plenty = 10u << 20;

std::string zlib_coded(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string brotli_coded(std::string_view text) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
  std::string out(size, '\0');
  BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, text.size(),
                        reinterpret_cast<const uint8_t*>(text.data()), &size,
                        reinterpret_cast<uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string zstd_coded(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

struct Coding {
  const char* name;
  std::function<std::string(std::string_view)> encode;
};

const std::vector<Coding>& codings() {
  static const std::vector<Coding> all{
      {"gzip", [](std::string_view text) { return zlib_coded(text, 31); }},
      {"deflate", [](std::string_view text) { return zlib_coded(text, 15); }},
      {"deflate",
       [](std::string_view text) { return zlib_coded(text, -15); }},  // without zlib's frame
      {"br", brotli_coded},
      {"zstd", zstd_coded}};
  return all;
}

std::string text_of(size_t size) {
  std::string text;
  for (size_t i = 0; text.size() < size; ++i)
    text += "line " + std::to_string(i * 7919 % 1000) + "\n";
  text.resize(size);
  return text;
}

TEST(DecodeContent, DecodesEveryCodingThatIsOffered) {
  for (const size_t size : {1u, 100u, 65536u, 300000u}) {
    const std::string text = text_of(size);
    for (const Coding& coding : codings()) {
      const auto decoded = decode_content(coding.name, coding.encode(text), plenty);
      ASSERT_TRUE(decoded) << coding.name << ": " << decoded.error();
      EXPECT_TRUE(decoded->bytes == text && !decoded->is_cut && decoded->problem.empty())
          << coding.name << " " << size << " " << decoded->problem;
    }
  }
}

TEST(DecodeContent, UndoesSeveralCodingsFromTheLastOn) {
  const std::string text = text_of(5000);
  const auto decoded =
      decode_content("GZIP , identity, br", brotli_coded(zlib_coded(text, 31)), plenty);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->bytes, text);
  EXPECT_FALSE(decode_content("br,br,br,br,br", "x", plenty));
}

TEST(DecodeContent, BoundsWhatABombBecomes) {
  const std::string zeros(64u << 20, '\0');
  for (const Coding& coding : codings()) {
    const auto decoded = decode_content(coding.name, coding.encode(zeros), 1u << 20);
    ASSERT_TRUE(decoded) << coding.name;
    EXPECT_EQ(decoded->bytes.size(), 1u << 20) << coding.name;
    EXPECT_TRUE(decoded->is_cut) << coding.name;
    EXPECT_EQ(decoded->problem, "") << coding.name;
  }
  const auto twice = decode_content("gzip, gzip", zlib_coded(zlib_coded(zeros, 31), 31), 1u << 20);
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->bytes.size(), 1u << 20);
}

TEST(DecodeContent, KeepsWhatCameBeforeAFault) {
  const std::string text = text_of(300000);
  for (const Coding& coding : codings()) {
    const std::string whole = coding.encode(text);
    const auto early = decode_content(coding.name, whole.substr(0, whole.size() * 3 / 4), plenty);
    ASSERT_TRUE(early) << coding.name;
    EXPECT_TRUE(text.starts_with(early->bytes)) << coding.name;
    EXPECT_TRUE(early->is_cut) << coding.name;
    EXPECT_EQ(early->problem, std::string("its ") + coding.name + " coding ends too early");
    // A body that we cut ourselves is not damaged.
    const auto cut = decode_content(coding.name, whole.substr(0, whole.size() / 2), plenty, true);
    EXPECT_EQ(cut->problem, "") << coding.name;
    EXPECT_TRUE(cut->is_cut);
  }
}

TEST(DecodeContent, SaysWhatIsNoCoding) {
  for (const char* name : {"gzip", "br", "zstd"}) {
    const auto decoded = decode_content(name, "<html>this was never encoded</html>", plenty);
    ASSERT_TRUE(decoded) << name;
    EXPECT_NE(decoded->problem, "") << name;
    EXPECT_EQ(decoded->bytes, "") << name;
  }
  const auto unknown = decode_content("compress", "x", plenty);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error(), "its coding \"compress\" is not known");
}

TEST(DecodeContent, TakesNothingForNothing) {
  for (const char* name : {"gzip", "br", "zstd", "deflate", ""}) {
    const auto decoded = decode_content(name, "", plenty);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->bytes + decoded->problem, "") << name;
  }
}

TEST(DecodeContent, ReadsAllMembersOfAGzipFile) {
  const auto decoded =
      decode_content("gzip", zlib_coded("one ", 31) + zlib_coded("two", 31), plenty);
  EXPECT_EQ(decoded->bytes, "one two");
  // What stands behind it is passed over, as browsers do.
  EXPECT_EQ(decode_content("gzip", zlib_coded("one", 31) + "rubbish", plenty)->bytes, "one");
}

}  // namespace
}  // namespace fetch
