#include "html/tree_builder.h"

#include <algorithm>

#include "base/strings.h"
#include "html/utf8.h"

namespace html {
namespace {

constexpr std::size_t kMaxDepth = 512;  // as Blink and WebKit
constexpr std::size_t kMaxNodes = 4'000'000;
constexpr std::size_t kMaxJson = 1 << 20;
constexpr std::size_t kMaxTitle = 2000;

bool is_cell(Tag tag) {
  return tag == LXB_TAG_TD || tag == LXB_TAG_TH;
}
bool is_row_group(Tag tag) {
  return tag == LXB_TAG_TBODY || tag == LXB_TAG_THEAD || tag == LXB_TAG_TFOOT;
}
bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

// `display:none`, whatever the spaces, as one declaration of a style attribute.
bool declares_hidden(std::string_view style) {
  std::string plain;
  for (const char c : style.substr(0, 2000))
    if (c != ' ' && c != '\n' && c != '\t')
      plain += static_cast<char>(c | (c >= 'A' && c <= 'Z' ? 32 : 0));
  const auto has = [&](std::string_view what) {
    const auto at = plain.find(what);
    return at != std::string::npos && (at == 0 || plain[at - 1] == ';');
  };
  return has("display:none") || has("visibility:hidden");
}

bool is_hidden(Tag tag, std::span<const TokenAttribute> attributes) {
  if (tag == LXB_TAG_NOSCRIPT) return true;
  bool is_aria_hidden = false;
  bool is_fallback = false;
  for (const auto& [name, value] : attributes) {
    if (name == Attr::hidden && value != "until-found") return true;
    if (name == Attr::style && declares_hidden(value)) return true;
    if (name == Attr::aria_hidden && value == "true") is_aria_hidden = true;
    // Wikipedia's formulas as pictures.
    if (name == Attr::class_ && value.contains("fallback-image")) is_fallback = true;
  }
  return is_aria_hidden && !is_fallback && tag != LXB_TAG_IMG;
}

}  // namespace

TreeBuilder::TreeBuilder(Document& document) : document_(document) {
  last_.fill(kNone);
  document_.nodes.push_back({.end = 1, .tag = LXB_TAG_BODY});
}

void TreeBuilder::finish() {
  while (!open_.empty()) pop();
  document_.nodes[0].end = static_cast<NodeId>(document_.nodes.size());
}

NodeId TreeBuilder::add(Tag tag, std::span<const TokenAttribute> attributes) {
  const auto id = static_cast<NodeId>(document_.nodes.size());
  if (id + 1 >= kMaxNodes) {
    is_full_ = true;
    document_.truncated = true;
  }
  Node node{.end = id + 1, .parent = open_.empty() ? 0 : open_.back().node, .tag = tag};
  node.start = static_cast<std::uint32_t>(document_.attributes.size());
  node.hidden = is_hidden(tag, attributes);
  for (const auto& [name, value] : attributes) {
    document_.attributes.push_back({name, static_cast<std::uint32_t>(document_.values.size()),
                                    static_cast<std::uint32_t>(value.size())});
    document_.values += value;
  }
  node.length = static_cast<std::uint32_t>(document_.attributes.size()) - node.start;
  document_.nodes.push_back(node);
  return id;
}

void TreeBuilder::push(Tag tag, NodeId node) {
  if (open_.size() >= kMaxDepth) {
    ++too_deep_[tag];
    return;
  }
  const int index = static_cast<int>(open_.size());
  Open open = nearest_;
  open.node = node;
  open.tag = tag;
  open.same = last_[tag];
  open_.push_back(open);
  last_[tag] = index;
  if (is(tag, trait::scope)) nearest_.scope = index;
  if (is(tag, trait::scope | trait::list)) nearest_.list = index;
  if (tag == LXB_TAG_TABLE || tag == LXB_TAG_TEMPLATE) nearest_.table = index;
  if (is(tag, trait::special)) nearest_.special = index;
}

void TreeBuilder::pop() {
  const Open& open = open_.back();
  document_.nodes[open.node].end = static_cast<NodeId>(document_.nodes.size());
  // Formatting that has ended too early is no longer in its chain.
  if (last_[open.tag] == static_cast<int>(open_.size()) - 1) last_[open.tag] = open.same;
  nearest_ = open;
  open_.pop_back();
}

void TreeBuilder::pop_to(int index) {
  while (static_cast<int>(open_.size()) > index) pop();
}

// svg and select cannot hold most elements: such a start ends them, closed or not.
bool TreeBuilder::skips_start(Tag tag) {
  if (skipped_ == kText) return false;
  const bool is_nested_page = skipped_ == LXB_TAG_TEMPLATE || skipped_ == LXB_TAG_VIDEO ||
                              skipped_ == LXB_TAG_AUDIO || skipped_ == LXB_TAG_CANVAS;
  if (!is_nested_page && is(tag, trait::breaks_out)) {
    skipped_ = kText;
    return false;
  }
  if (tag == skipped_) ++skip_depth_;
  return true;
}

bool TreeBuilder::skips_end(Tag tag) {
  if (skipped_ == kText) return false;
  if (tag == skipped_ && --skip_depth_ == 0) skipped_ = kText;
  return true;
}

void TreeBuilder::unread(Tag tag, std::span<const TokenAttribute> attributes, bool closes_itself) {
  if (closes_itself && tag == LXB_TAG_SVG) return;
  skipped_ = tag;
  skip_depth_ = 1;
  keeps_title_ = tag == LXB_TAG_TITLE && document_.title.empty();
  keeps_json_ = false;
  document_.script_count += tag == LXB_TAG_SCRIPT;
  for (const auto& [name, value] : attributes)
    if (tag == LXB_TAG_SCRIPT && name == Attr::type)
      keeps_json_ = base::contains_ignoring_case(value, "ld+json");
  if (keeps_json_) document_.json_ld.emplace_back();
}

void TreeBuilder::start_tag(Tag tag, bool closes_itself,
                            std::span<const TokenAttribute> attributes) {
  if (skips_start(tag)) return;
  const bool has_shadow_root =
      tag == LXB_TAG_TEMPLATE && std::ranges::any_of(attributes, [](const TokenAttribute& a) {
        return a.name == Attr::shadowrootmode;
      });
  if (is(tag, trait::unread) && !has_shadow_root) return unread(tag, attributes, closes_itself);
  if (tag == LXB_TAG_HTML || tag == LXB_TAG_BODY || tag == LXB_TAG_HEAD ||
      tag == LXB_TAG_FRAMESET || tag == LXB_TAG_COLGROUP) {
    for (const auto& [name, value] : attributes)
      if (name == Attr::lang && document_.language.empty()) document_.language = value;
    return;
  }
  if (tag == LXB_TAG_IMAGE) tag = LXB_TAG_IMG;
  if (!fit_into_table(tag)) return;
  close_implied(tag);
  document_.has_noscript |= tag == LXB_TAG_NOSCRIPT;
  const NodeId id = add(tag, attributes);
  if (tag == LXB_TAG_META || tag == LXB_TAG_LINK || tag == LXB_TAG_BASE)
    document_.head_elements.push_back(id);
  if (!is(tag, trait::empty)) push(tag, id);
}

// Rows and cells: what is open of the row or cell before is closed, and a cell gets its row. False:
// the tag is to be ignored, for there is no table.
bool TreeBuilder::fit_into_table(Tag tag) {
  const bool is_part =
      is_cell(tag) || is_row_group(tag) || tag == LXB_TAG_TR || tag == LXB_TAG_CAPTION;
  if (!is_part) return true;
  const int table = last(LXB_TAG_TABLE);
  if (table < 0 || table < nearest(&Open::table)) return false;
  const int row = last(LXB_TAG_TR);
  if (is_cell(tag)) {
    const int cell = std::max(last(LXB_TAG_TD), last(LXB_TAG_TH));
    if (cell > table) pop_to(cell);
    if (row < table)
      push(LXB_TAG_TR, add(LXB_TAG_TR, {}));
    else
      pop_to(last(LXB_TAG_TR) + 1);
    return true;
  }
  const int group =
      std::max({last(LXB_TAG_TBODY), last(LXB_TAG_THEAD), last(LXB_TAG_TFOOT), table});
  pop_to((tag == LXB_TAG_TR ? group : table) + 1);
  return true;
}

// What the start of `tag` closes.
void TreeBuilder::close_implied(Tag tag) {
  if (is(tag, trait::closes_p)) {
    const int p = last(LXB_TAG_P);
    if (p > std::max(nearest(&Open::scope), last(LXB_TAG_BUTTON))) pop_to(p);
  }
  if (open_.empty()) return;
  const Tag top = open_.back().tag;
  if (is_heading(tag) && is_heading(top)) return pop();
  if ((tag == LXB_TAG_A || tag == LXB_TAG_RT || tag == LXB_TAG_RP || tag == LXB_TAG_OPTION) &&
      top == tag)
    return pop();
  if (tag == LXB_TAG_LI && last(LXB_TAG_LI) > nearest(&Open::list)) return pop_to(last(LXB_TAG_LI));
  if (tag == LXB_TAG_DT || tag == LXB_TAG_DD) {
    const int item = std::max(last(LXB_TAG_DT), last(LXB_TAG_DD));
    if (item > nearest(&Open::list)) pop_to(item);
  }
  if (tag == LXB_TAG_BUTTON && is_in_scope(LXB_TAG_BUTTON)) pop_to(last(LXB_TAG_BUTTON));
}

void TreeBuilder::end_tag(Tag tag) {
  if (skips_end(tag)) return;
  if (tag == LXB_TAG_BR) return start_tag(LXB_TAG_BR, false, {});
  if (is(tag, trait::empty)) return;
  if (too_deep_[tag] > 0) {
    --too_deep_[tag];
    return;
  }
  if (is_heading(tag)) return end_heading();
  if (is(tag, trait::formatting)) return end_formatting(tag);
  const int target = end_target(tag);
  if (target != kNone) pop_to(target);
}

// The open element that the end tag closes, kNone where it closes none.
int TreeBuilder::end_target(Tag tag) const {
  const int index = last(tag);
  int barrier = nearest(&Open::scope);
  if (tag == LXB_TAG_TABLE || tag == LXB_TAG_TEMPLATE) barrier = kNone;
  if (is_cell(tag) || is_row_group(tag) || tag == LXB_TAG_TR || tag == LXB_TAG_CAPTION)
    barrier = nearest(&Open::table);
  if (is(tag, trait::scope) && index == nearest(&Open::scope)) return index;
  if (tag == LXB_TAG_LI || tag == LXB_TAG_DT || tag == LXB_TAG_DD) barrier = nearest(&Open::list);
  if (tag == LXB_TAG_P) barrier = std::max(barrier, last(LXB_TAG_BUTTON));
  if (!is(tag, trait::special)) barrier = nearest(&Open::special);
  // A form's end tag ends no other element: forms are often nested wrongly.
  if (tag == LXB_TAG_FORM && index + 1 != static_cast<int>(open_.size())) return kNone;
  return index > barrier ? index : kNone;
}

void TreeBuilder::end_heading() {
  int highest = kNone;
  for (Tag level = LXB_TAG_H1; level <= LXB_TAG_H6; ++level)
    highest = std::max(highest, last(level));
  if (highest > nearest(&Open::scope)) pop_to(highest);
}

void TreeBuilder::end_formatting(Tag tag) {
  const int index = last(tag);
  if (index <= nearest(&Open::scope)) return;
  if (index > nearest(&Open::special)) return pop_to(index);
  Open& open = open_[static_cast<std::size_t>(index)];
  document_.nodes[open.node].no_effect = true;
  last_[tag] = open.same;
}

void TreeBuilder::text(std::string_view text) {
  if (skipped_ != kText) {
    if (skipped_ == LXB_TAG_SCRIPT) document_.script_bytes += text.size();
    if (keeps_json_)
      document_.json_ld.back() +=
          text.substr(0, kMaxJson - std::min(kMaxJson, document_.json_ld.back().size()));
    if (keeps_title_) document_.title += cut_utf8(text, kMaxTitle);
    return;
  }
  const bool is_preformatted = last(LXB_TAG_PRE) != kNone || last(LXB_TAG_LISTING) != kNone ||
                               last(LXB_TAG_XMP) != kNone || last(LXB_TAG_PLAINTEXT) != kNone;
  if (!is_preformatted && is_blank(text)) text = " ";
  const auto id = static_cast<NodeId>(document_.nodes.size());
  if (id + 1 >= kMaxNodes) {
    is_full_ = true;
    document_.truncated = true;
  }
  const NodeId parent = open_.empty() ? 0 : open_.back().node;
  Node& before = document_.nodes.back();
  const auto at = static_cast<std::uint32_t>(document_.text.size());
  document_.text += text;
  const auto length = static_cast<std::uint32_t>(text.size());
  if (before.tag == kText && before.parent == parent && before.start + before.length == at) {
    before.length += length;
    return;
  }
  document_.nodes.push_back(
      {.end = id + 1, .parent = parent, .start = at, .length = length, .tag = kText});
}

}  // namespace html
