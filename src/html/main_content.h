// Which part of a page is what it is about.
#pragma once

#include <string_view>
#include <vector>

#include "html/document.h"

namespace html {

struct MainContent {
  NodeId root = 0;
  std::vector<bool> dropped;    // by node
  std::size_t text_length = 0;  // visible characters of the page
  std::size_t main_length = 0;  // and of what is kept
  bool stands_out = false;      // false: all but navigation and the like is kept
};

MainContent find_main_content(const Document& document, std::string_view title, bool keep_captions);

}  // namespace html
