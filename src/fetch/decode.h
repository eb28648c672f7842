// Content codings: gzip, deflate, br, zstd. What is decoded is hostile: the size is bounded, and
// what could be decoded before a fault is kept. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace fetch {

struct Decoded {
  std::string bytes;
  bool is_cut = false;       // there is more than `limit`
  std::string problem = {};  // what is wrong with the rest: "its gzip coding is damaged"
};

// `codings` is a Content-Encoding header's value; what is in front was applied first. The error
// names a coding that is not known. A `body` that is_cut itself ends early without that being a
// fault.
base::Result<Decoded> decode_content(std::string_view codings, std::string body, size_t limit,
                                     bool body_is_cut = false);

}  // namespace fetch
