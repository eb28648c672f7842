// What the elements of HTML are to the parser and to the writer.
#pragma once

#include <cstdint>

#include <lexbor/tag/tag.h>

namespace html {

using Tag = std::uint16_t;  // lexbor's number; custom elements share one
inline constexpr Tag kCustom = LXB_TAG__UNDEF;
inline constexpr Tag kText = LXB_TAG__TEXT;

namespace trait {
inline constexpr std::uint16_t block = 1;       // starts on a line of its own
inline constexpr std::uint16_t closes_p = 2;    // its start ends an open paragraph
inline constexpr std::uint16_t empty = 4;       // has no content and no end tag
inline constexpr std::uint16_t formatting = 8;  // b, i, a …: often nested wrongly
inline constexpr std::uint16_t scope = 16;      // end tags do not reach out of it
inline constexpr std::uint16_t list = 32;       // neither do those of list items
inline constexpr std::uint16_t special =
    64;  // end tags of ordinary elements do not reach out of it
inline constexpr std::uint16_t heading = 128;
inline constexpr std::uint16_t unread = 256;      // its content is never text of the page
inline constexpr std::uint16_t breaks_out = 512;  // cannot be inside of svg or select
inline constexpr std::uint16_t control = 1024;    // of a form
}  // namespace trait

std::uint16_t traits(Tag tag);
inline bool is(Tag tag, std::uint16_t any_of) {
  return (traits(tag) & any_of) != 0;
}
inline bool is_block(Tag tag) {
  return is(tag, trait::block);
}
inline bool is_heading(Tag tag) {
  return is(tag, trait::heading);
}
inline int heading_level(Tag tag) {
  return tag - LXB_TAG_H1 + 1;
}

}  // namespace html
