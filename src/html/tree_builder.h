// Tags and texts to a Document, by HTML's rules for end tags that are left out or stand wrongly,
// simplified: wrongly nested formatting loses its effect, and what stands wrongly in a table stays
// there. A token costs constant time: the open elements of each kind are chained, nothing is
// searched.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "html/document.h"

namespace html {

struct TokenAttribute {
  Attr name;
  std::string_view value;
};

class TreeBuilder {
 public:
  explicit TreeBuilder(Document& document);

  void start_tag(Tag tag, bool closes_itself, std::span<const TokenAttribute> attributes);
  void end_tag(Tag tag);
  void text(std::string_view text);
  void finish();

  // The rest of the page is not wanted.
  bool is_full() const { return is_full_; }

 private:
  static constexpr int kNone = -1;
  struct Open {
    NodeId node;
    Tag tag;
    int same;                         // the open element of the same kind below this one
    int scope, list, table, special;  // those nearest below, of each sort
  };
  int last(Tag tag) const { return last_[tag]; }
  int nearest(int Open::* sort) const { return open_.empty() ? kNone : nearest_.*sort; }
  bool is_in_scope(Tag tag) const { return last(tag) > nearest(&Open::scope); }

  bool skips_start(Tag tag);
  bool skips_end(Tag tag);
  void unread(Tag tag, std::span<const TokenAttribute> attributes, bool closes_itself);
  void close_implied(Tag tag);
  bool fit_into_table(Tag tag);
  NodeId add(Tag tag, std::span<const TokenAttribute> attributes);
  void push(Tag tag, NodeId node);
  void pop();
  void pop_to(int index);  // that one is closed as well
  void end_formatting(Tag tag);
  void end_heading();
  int end_target(Tag tag) const;

  Document& document_;
  std::vector<Open> open_;
  Open nearest_{0, kCustom, kNone, kNone, kNone, kNone, kNone};
  std::array<int, LXB_TAG__LAST_ENTRY> last_;
  std::array<std::uint32_t, LXB_TAG__LAST_ENTRY> too_deep_{};  // starts that were not taken
  Tag skipped_ = kText;  // the element being skipped, kText: none
  std::uint32_t skip_depth_ = 0;
  bool keeps_json_ = false;
  bool keeps_title_ = false;
  bool is_full_ = false;
};

}  // namespace html
