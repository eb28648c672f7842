// What a page says of itself: JSON-LD, OpenGraph and other meta elements, its title.
#pragma once

#include <string>

#include "html/document.h"

namespace html {

struct Metadata {
  std::string title, byline, published, site, description;
  std::string base;  // <base href>
};

Metadata metadata_of(const Document& document);

}  // namespace html
