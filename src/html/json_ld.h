#pragma once

#include <string_view>

#include "html/metadata.h"

namespace html {

// Fills in what is still empty and what an article in the JSON-LD text names.
void read_json_ld(std::string_view text, Metadata& metadata);

}  // namespace html
