// However damaged a content coding or an encoding is: bounded, and UTF-8 in the end.
#include <array>
#include <string>

#include "fetch/charset.h"
#include "fetch/cookies.h"
#include "fetch/decode.h"
#include "fetch/url.h"
#include "fuzz/expect.h"

namespace {

constexpr size_t limit = 256u << 10;
constexpr std::array codings{"gzip", "deflate", "br", "zstd", "identity", "zstd, br"};
constexpr std::array charsets{"",        "utf-8",    "windows-1252", "shift_jis",
                              "gb18030", "big5",     "iso-2022-jp",  "euc-kr",
                              "euc-jp",  "utf-16le", "koi8-r",       "x-user-defined"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes = text_of(data + 2, size - 2);
  const auto decoded =
      fetch::decode_content(codings[data[0] % codings.size()], std::string(bytes), limit);
  expect(decoded.has_value(), "does not know a coding that is offered");
  expect(decoded->bytes.size() <= limit, "is longer than the limit");
  const std::string type = std::string("text/html; charset=") + charsets[data[1] % charsets.size()];
  const auto text = fetch::decode_text(bytes, type, true);
  expect(fetch::is_utf8(text.text), "is not UTF-8");
  expect(text.text.size() <= bytes.size() * 6 + 6, "makes text");

  if (const auto url = fetch::parse_url(bytes)) {
    const auto again = fetch::parse_url(url->href());
    expect(again && *again == *url, "reads its own address otherwise");
    fetch::Cookies cookies;
    cookies.store(*url, bytes);
    expect(!cookies.header_for(*url).contains('\n'), "lets a cookie end its header");
  }
  return 0;
}
