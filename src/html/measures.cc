#include "html/measures.h"

#include <algorithm>

namespace html {
namespace {

struct Counts {
  std::uint32_t chars = 0, commas = 0;
};

// Commas of all scripts; the ideographic full stop as well, for Chinese has few commas in short
// sentences.
Counts counts_in(std::string_view text) {
  Counts counts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    counts.chars += byte > 0x20 && (byte & 0xc0) != 0x80;
    if (byte == ',') ++counts.commas;
    if (byte < 0xd8) continue;
    const std::string_view three = text.substr(i, 3);
    counts.commas +=
        three == "\u3001" || three == "\u3002" || three == "\uff0c" || three.starts_with("\u060c");
  }
  return counts;
}

}  // namespace

// Longer texts with commas and few links count; Chinese and Japanese need fewer characters, which
// the commas make up for.
float OwnText::weight() const {
  if (chars < 20) return 0;
  const float free_of_links = 1.0F - static_cast<float>(link_chars) / static_cast<float>(chars);
  const float length = std::min(static_cast<float>(chars) / 80.0F, 4.0F);
  return (1.0F + static_cast<float>(std::min(commas, chars / 20)) + length) * free_of_links *
         free_of_links;
}

Totals Measures::between(NodeId begin, NodeId end) const {
  Totals sum = before_[end];
  const Totals& start = before_[begin];
  sum.chars -= start.chars;
  sum.link_chars -= start.link_chars;
  sum.weight -= start.weight;
  sum.paragraphs -= start.paragraphs;
  sum.items -= start.items;
  sum.images -= start.images;
  sum.controls -= start.controls;
  sum.code -= start.code;
  return sum;
}

void Measures::take_text(NodeId id, NodeId block, bool is_link) {
  const Counts counts = counts_in(document_.text_of(document_[id]));
  OwnText& own = own_[block];
  own.chars += counts.chars;
  own.commas += counts.commas;
  if (is_link) own.link_chars += counts.chars;
}

Measures::Measures(const Document& document, const std::vector<bool>& dropped)
    : document_(document), own_(document.nodes.size()), before_(document.nodes.size() + 1) {
  const auto size = static_cast<NodeId>(document.nodes.size());
  std::vector<NodeId> open{0};  // blocks
  NodeId link_end = 0;
  std::vector<bool> counts(size, false);
  for (NodeId id = 1; id < size;) {
    while (document[open.back()].end <= id) open.pop_back();
    const Node& node = document[id];
    if (node.hidden || dropped[id]) {
      id = node.end;
      continue;
    }
    counts[id] = true;
    if (node.tag == LXB_TAG_A && id >= link_end && !document.value(id, Attr::href).empty())
      link_end = node.end;
    if (node.tag == kText)
      take_text(id, open.back(), id < link_end);
    else if (is_block(node.tag) || node.tag == kCustom)
      open.push_back(id);
    ++id;
  }
  Totals sum;
  link_end = 0;
  for (NodeId id = 0; id < size; ++id) {
    before_[id] = sum;
    const Node& node = document[id];
    if (id != 0 && !counts[id]) continue;
    sum.chars += own_[id].chars;
    sum.link_chars += own_[id].link_chars;
    sum.weight += own_[id].weight();
    sum.paragraphs += node.tag == LXB_TAG_P || (own_[id].chars > 80 && node.tag != LXB_TAG_LI);
    sum.items += node.tag == LXB_TAG_LI;
    sum.images += node.tag == LXB_TAG_IMG;
    sum.code += node.tag == LXB_TAG_PRE;
    sum.controls += node.tag == LXB_TAG_INPUT || node.tag == LXB_TAG_BUTTON;
  }
  before_[size] = sum;
}

}  // namespace html
