// Any page becomes UTF-8 of bounded length, without NUL and with fences that are closed. The first
// byte chooses options.
#include <string>

#include "fuzz/expect.h"
#include "html/page.h"
#include "html/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view page = text_of(data + 1, size - 1);
  const html::Page result =
      html::to_markdown(page, {.url = (data[0] & 4) != 0 ? "https://example.org/a/b?c" : "",
                               .main_content = (data[0] & 1) != 0,
                               .links = (data[0] & 2) != 0});
  for (const std::string* text :
       {&result.markdown, &result.title, &result.byline, &result.published, &result.language}) {
    expect(html::valid_utf8_prefix(*text) == text->size(), "UTF-8");
    expect(text->find('\0') == std::string::npos, "no NUL");
  }
  expect(result.markdown.size() <= 64 * size + 4096, "a bounded length");
  expect(result.main_length <= result.text_length, "the main content is part of the page");
  return 0;
}
