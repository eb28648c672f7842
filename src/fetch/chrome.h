// What Chrome 156 on Linux shows of itself: to speak as it does is to be answered as it is. The
// test beside Debian's Chromium (tests/mcp/test_fingerprint.py) tells when this is out of date.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/request.h"
#include "net/http_head.h"

namespace fetch::chrome {

constexpr int version = 156;
constexpr const char* ciphers = "ALL:!aPSK:!ECDSA+SHA1:!3DES";
constexpr std::array<uint16_t, 4> groups{0x11ec, 29, 23,
                                         24};  // X25519MLKEM768, X25519, P-256, P-384
constexpr std::array<uint16_t, 11> signature_algorithms{
    0x0904, 0x0905, 0x0906, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601};

// The certification authorities that it trusts, by their short names
// (draft-ietf-tls-trust-anchor-ids): each with its length before it, as they go over the wire.
std::vector<uint8_t> trust_anchors();

struct Setting {
  uint16_t id;
  uint32_t value;
};
constexpr std::array<Setting, 4> http2_settings{
    {{1, 65536}, {2, 0}, {4, 6291456}, {6, 262144}}};  // table, push, window, header list
constexpr int32_t http2_window = 15 << 20;             // of the whole connection
constexpr int32_t http2_weight = 256;                  // of a document, exclusively on stream 0

// The headers of a page that is opened, in order. HTTP/1.1's have Host and Connection in front and
// its own spelling; HTTP/2's are in small letters and without the pseudo-headers.
std::vector<net::Header> http2_headers(const Request& request);
std::vector<net::Header> http1_headers(const Request& request);

}  // namespace fetch::chrome
