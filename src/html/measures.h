// Sums over subtrees: what is not dropped, counted once for all nodes.
#pragma once

#include <cstdint>
#include <vector>

#include "html/document.h"

namespace html {

struct Totals {
  std::uint32_t chars = 0;       // visible characters
  std::uint32_t link_chars = 0;  // of them in links
  float weight = 0;              // of paragraphs: what makes text text
  std::uint32_t paragraphs = 0;  // p and what is used as such
  std::uint32_t items = 0;       // li
  std::uint32_t images = 0;
  std::uint32_t controls = 0;  // inputs, buttons
  std::uint32_t code = 0;      // blocks of it

  double link_density() const { return chars == 0 ? 0 : static_cast<double>(link_chars) / chars; }
};

// The text that stands in a block itself, not in blocks inside of it.
struct OwnText {
  std::uint32_t chars = 0, link_chars = 0, commas = 0;
  float weight() const;
};

class Measures {
 public:
  Measures(const Document& document, const std::vector<bool>& dropped);

  Totals of(NodeId id) const { return between(id, document_[id].end); }
  Totals between(NodeId begin, NodeId end) const;
  const OwnText& own(NodeId block) const { return own_[block]; }

 private:
  void take_text(NodeId id, NodeId block, bool is_link);

  const Document& document_;
  std::vector<OwnText> own_;
  std::vector<Totals> before_;  // of all nodes before this one
};

}  // namespace html
