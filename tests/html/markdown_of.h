#pragma once

#include <string>
#include <string_view>

#include "html/page.h"

namespace html {

// All that is visible, as found at https://example.org/docs/page.
inline std::string markdown_of(std::string_view page, bool links = true) {
  std::string markdown =
      to_markdown(page,
                  {.url = "https://example.org/docs/page", .main_content = false, .links = links})
          .markdown;
  if (markdown.ends_with('\n')) markdown.pop_back();
  return markdown;
}

}  // namespace html
