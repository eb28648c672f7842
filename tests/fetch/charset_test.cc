#include "fetch/charset.h"

#include <gtest/gtest.h>
#include <iconv.h>

namespace fetch {
namespace {

// glibc's own conversion, as the judge.
std::string from_utf8(std::string text, const char* charset) {
  const iconv_t converter = iconv_open(charset, "UTF-8");
  std::string out(text.size() * 4 + 16, '\0');
  char* from = text.data();
  char* to = out.data();
  size_t left = text.size();
  size_t space = out.size();
  EXPECT_NE(iconv(converter, &from, &left, &to, &space), static_cast<size_t>(-1)) << charset;
  iconv(converter, nullptr, nullptr, &to, &space);
  iconv_close(converter);
  out.resize(out.size() - space);
  return out;
}

struct Case {
  const char* charset;
  const char* text;
};
const Case cases[] = {{"windows-1252", "Größe – „Ärger“ €"},
                      {"ISO-8859-2", "Zażółć gęślą jaźń"},
                      {"windows-1251", "Привет, мир"},
                      {"KOI8-R", "Привет, мир"},
                      {"Shift_JIS", "日本語のテキスト"},
                      {"EUC-JP", "日本語のテキスト"},
                      {"ISO-2022-JP", "日本語のテキスト"},
                      {"GBK", "简体中文网页"},
                      {"gb18030", "简体中文网页 €"},
                      {"Big5", "繁體中文網頁"},
                      {"EUC-KR", "한국어 문서"},
                      {"UTF-8", "Größe 日本 🎉"}};

TEST(DecodeText, ReadsWhatTheHeaderNames) {
  for (const Case& one : cases) {
    const auto decoded =
        decode_text(from_utf8(one.text, one.charset),
                    "text/html; charset=\"" + std::string(one.charset) + "\"", true);
    EXPECT_EQ(decoded.text, one.text) << one.charset;
  }
}

TEST(DecodeText, ReadsWhatThePageNames) {
  for (const Case& one : cases) {
    for (const std::string& meta : {"<meta charset=" + std::string(one.charset) + ">",
                                    "<META http-equiv='Content-Type' content='text/html; charset=" +
                                        std::string(one.charset) + "'>"}) {
      const std::string page = "<!doctype html><head>" + meta + "<title>";
      const auto decoded = decode_text(page + from_utf8(one.text, one.charset), "text/html", true);
      EXPECT_EQ(decoded.text, page + one.text) << meta;
    }
  }
}

TEST(DecodeText, BelievesTheMarkThenTheHeaderThenThePage) {
  EXPECT_EQ(decode_text("\xef\xbb\xbfGr\xc3\xb6\xc3\x9f"
                        "e",
                        "text/plain; charset=latin1", false)
                .text,
            "Größe");
  EXPECT_EQ(decode_text(std::string("\xff\xfe"
                                    "A\0\x42\0",
                                    6),
                        "text/html; charset=utf-8", true)
                .text,
            "AB");
  EXPECT_EQ(decode_text(std::string("\xfe\xff\0A\0B", 6), "text/html", true).text, "AB");
  const std::string page =
      "<meta charset=koi8-r>Gr\xf6\xdf"
      "e";
  EXPECT_EQ(decode_text(page, "text/html; charset=iso-8859-1", true).charset, "windows-1252");
  EXPECT_EQ(decode_text(page, "text/plain", false).charset, "windows-1252");  // no page, no <meta>
  EXPECT_EQ(decode_text(page, "text/html; charset=nonsense", true).charset, "KOI8-R");
}

TEST(DecodeText, LooksAtTheBytesWhenNothingNamesIt) {
  EXPECT_EQ(decode_text("Gr\xc3\xb6\xc3\x9f"
                        "e",
                        "text/plain", false)
                .text,
            "Größe");
  EXPECT_EQ(decode_text("Gr\xf6\xdf"
                        "e \x96",
                        "text/plain", false)
                .text,
            "Größe –");
  EXPECT_EQ(decode_text("<meta charset=utf-16>Gr\xc3\xb6\xc3\x9f"
                        "e",
                        "", true)
                .charset,
            "UTF-8");
  EXPECT_EQ(decode_text("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>", "application/xml",
                        false)
                .text,
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>ä</a>");
}

TEST(DecodeText, ReplacesWhatCannotBeRead) {
  const auto decoded = decode_text(
      "a\xff"
      "b\xe2\x82"
      "c\xed\xa0\x80",
      "text/plain; charset=utf-8", false);
  EXPECT_TRUE(is_utf8(decoded.text));
  EXPECT_TRUE(
      decoded.text.starts_with("a\xef\xbf\xbd"
                               "b"));
  for (const Case& one : cases) {
    std::string bytes;
    for (unsigned i = 0; i < 5000; ++i) bytes += static_cast<char>(i * i * 2654435761u >> 13);
    EXPECT_TRUE(
        is_utf8(decode_text(bytes, "text/plain; charset=" + std::string(one.charset), false).text))
        << one.charset;
  }
}

TEST(IsUtf8, KnowsTheBorders) {
  for (const char* good : {"", "a", "\xc2\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80",
                           "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc2", "\xe2\x82", "\xff"})
    EXPECT_FALSE(is_utf8(bad));
}

TEST(MediaType, IsFoundInAnyShape) {
  EXPECT_EQ(media_type(" Text/HTML ; charset=x"), "text/html");
  EXPECT_EQ(parameter("text/html; a=b; CharSet = \"utf-8\" ", "charset"), "utf-8");
  EXPECT_EQ(parameter("text/html", "charset"), "");
}

}  // namespace
}  // namespace fetch
