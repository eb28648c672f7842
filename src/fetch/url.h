// Web addresses as browsers read them (the WHATWG URL standard, by lexbor). One parser for all:
// what is checked is what is connected to. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace fetch {

struct Url {
  bool is_secure = true;  // https
  std::string host;  // ASCII, lower case; an address in its canonical form, IPv6 without brackets
  uint16_t port = 443;
  std::string target;    // path and query, percent-encoded
  std::string fragment;  // without #

  std::string authority() const;  // of a Host header: the port only when it is not the scheme's own
  std::string origin() const;     // "https://example.com"
  std::string href() const;       // all of it

  bool operator==(const Url&) const = default;
};

// `base` resolves relative references. The error says what is wrong with the text: "it is no
// address", "only http and https can be fetched, not ftp".
base::Result<Url> parse_url(std::string_view text, const Url* base = nullptr);

// A query's value: everything but unreserved characters as %XX, a space as +.
std::string encode_query(std::string_view value);
// The reverse; what is no valid escape stays as it is.
std::string decode_query(std::string_view value);

}  // namespace fetch
