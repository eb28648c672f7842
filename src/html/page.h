// A web page as Markdown. What comes in is hostile: work and memory grow linearly with the page,
// never with its nesting, and what was cut off is said.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace html {

struct Options {
  std::string_view url = {};  // where the page was found: relative links are resolved against it
  bool main_content = true;   // false: all that is visible, with navigation and footers
  bool links = true;          // false: the texts of links and images without their addresses
  bool images = true;         // false: neither images nor their captions
  std::size_t max_bytes = 64 << 20;  // of the page that are read
};

struct Page {
  std::string title;
  std::string byline;
  std::string published;  // as the page writes it, mostly ISO 8601
  std::string site;
  std::string description;
  std::string language;  // a BCP 47 tag, as the page writes it
  std::string markdown;
  std::size_t text_length = 0;  // characters of the page's visible text, spaces left out
  std::size_t main_length = 0;  // and of those the ones that are in `markdown`
  bool main_content = false;    // only the main content was kept; false also where none stood out
  bool needs_browser = false;   // scripts would write the page: what is here is an empty shell
  bool truncated = false;       // the page exceeds a limit, its rest was not read
};

// `utf8`: bytes that are no UTF-8 are replaced, U+FFFD.
Page to_markdown(std::string_view utf8, const Options& options = {});

}  // namespace html
