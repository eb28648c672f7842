// A page as one array of nodes in document order: a subtree is a range of it. Walks need neither
// recursion nor pointers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "html/tags.h"

namespace html {

using NodeId = std::uint32_t;  // index into Document::nodes; 0 is the root

struct Node {
  NodeId end = 0;  // one past its last descendant
  NodeId parent = 0;
  std::uint32_t start = 0;   // text: its place in Document::text; element: its first attribute
  std::uint32_t length = 0;  // text: bytes; element: number of attributes
  Tag tag = kCustom;
  bool hidden = false;     // not shown, by its attributes
  bool no_effect = false;  // formatting whose end tag came too early: its content without it
};

// The attributes that are kept.
enum class Attr : std::uint8_t {
  alt,
  alttext,
  aria_hidden,
  aria_label,
  aria_modal,
  border,
  checked,
  cite,
  class_,
  colspan,
  content,
  data_lang,
  data_language,
  data_original,
  data_src,
  data_srcset,
  datetime,
  dir,
  encoding,
  headers,
  height,
  hidden,
  href,
  http_equiv,
  id,
  itemprop,
  itemtype,
  lang,
  language,
  name,
  property,
  rel,
  reversed,
  role,
  rowspan,
  scope,
  shadowrootmode,
  src,
  srcset,
  start,
  style,
  summary,
  title,
  type,
  value,
  width
};

struct Attribute {
  Attr name;
  std::uint32_t start = 0;  // in Document::values
  std::uint32_t length = 0;
};

struct Document {
  std::vector<Node> nodes;
  std::vector<Attribute> attributes;
  std::string text;
  std::string values;
  std::string title;
  std::string language;
  std::vector<NodeId> head_elements;  // meta, link and base, wherever they stand
  std::vector<std::string> json_ld;
  std::size_t script_bytes = 0;
  std::size_t script_count = 0;
  bool has_noscript = false;
  bool truncated = false;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  std::string_view text_of(const Node& node) const {
    return std::string_view(text).substr(node.start, node.length);
  }
  // Empty where there is none; see `attribute` where that makes a difference.
  std::string_view value(NodeId id, Attr name) const;
  std::optional<std::string_view> attribute(NodeId id, Attr name) const;
  bool is_inside(NodeId id, NodeId ancestor) const {
    return id >= ancestor && id < nodes[ancestor].end;
  }
};

// Some pages hide all they have until a script shows it: then nothing is hidden.
void reveal_if_all_is_hidden(Document& document);

std::optional<Attr> attr_named(std::string_view name);

}  // namespace html
