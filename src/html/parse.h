// The bytes of a page to a Document: lexbor's tokenizer, our TreeBuilder.
#pragma once

#include <cstddef>
#include <string_view>

#include "html/document.h"

namespace html {

// `html` is UTF-8. Of longer pages the first `max_bytes` are read.
Document parse(std::string_view html, std::size_t max_bytes);

}  // namespace html
