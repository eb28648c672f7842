#include "html/writer.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace html {
namespace {

bool is_quote(Tag tag) {
  return tag == LXB_TAG_BLOCKQUOTE;
}
bool is_list(Tag tag) {
  return tag == LXB_TAG_UL || tag == LXB_TAG_OL || tag == LXB_TAG_MENU || tag == LXB_TAG_DIR;
}

// Never text, whatever is asked for.
bool is_machinery(Tag tag) {
  return tag == LXB_TAG_RP || tag == LXB_TAG_OBJECT;
}

}  // namespace

bool Writer::is_left_out(NodeId id) const {
  const Node& node = document_[id];
  return node.hidden || is_machinery(node.tag) ||
         (!options_.images && node.tag == LXB_TAG_FIGCAPTION) ||
         (!options_.dropped.empty() && options_.dropped[id]);
}

void Writer::write(NodeId begin, NodeId end) {
  const std::size_t below = open_.size();
  for (NodeId id = begin; id < end;) {
    while (open_.size() > below && document_[open_.back()].end <= id) {
      leave(open_.back());
      open_.pop_back();
    }
    id = is_left_out(id) ? document_[id].end : enter(id);
  }
  while (open_.size() > below) {
    leave(open_.back());
    open_.pop_back();
  }
  if (!is_inline_) flush();
}

std::string Writer::take() {
  flush();
  return blocks_.take();
}

void Writer::add(const std::string& block) {
  if (!lists_.empty()) ++lists_.back().blocks;
  blocks_.add(block);
}

void Writer::flush() {
  std::string text = line_.take();
  if (text.empty()) return;
  if (!prefix_.empty()) text.insert(0, prefix_);
  add(text);
}

NodeId Writer::enter(NodeId id) {
  const Node& node = document_[id];
  const Tag tag = node.tag;
  if (tag == kText) {
    line_.text(document_.text_of(node));
    return id + 1;
  }
  if (tag == LXB_TAG_MATH) return math(id);
  if (tag == LXB_TAG_TD && is_line_number(document_, id)) return node.end;
  if (tag == LXB_TAG_BUTTON && (open_.empty() || !is_heading(document_[open_.back()].tag)))
    return node.end;
  if (tag == LXB_TAG_A && is_heading_anchor(id)) return node.end;
  if (!is_block(tag)) {
    enter_inline(id);
  } else if (is_inline_) {
    line_.space();
  } else {
    flush();
    if (tag == LXB_TAG_PRE || tag == LXB_TAG_LISTING || tag == LXB_TAG_XMP) return code_block(id);
    if (tag == LXB_TAG_TABLE && !is_layout_table(document_, id)) return table(id);
    if (tag == LXB_TAG_HR && !blocks_.is_empty()) add("---");
    if (is_heading(tag)) heading(id);
    if (is_quote(tag)) blocks_.push("> ", "> ");
    if (is_list(tag)) open_list(id);
    if (tag == LXB_TAG_LI) open_item(id);
    if (tag == LXB_TAG_DD) blocks_.keep_tight(), blocks_.push(": ", "  ");
    if (tag == LXB_TAG_SUMMARY) line_.open(Line::Mark::strong);
  }
  if (!is(tag, trait::empty)) open_.push_back(id);
  return id + 1;
}

void Writer::leave(NodeId id) {
  const Tag tag = document_[id].tag;
  if (!is_block(tag)) return leave_inline(id);
  if (is_inline_) return line_.space();
  if (tag == LXB_TAG_SUMMARY) line_.close();
  flush();
  if (is_heading(tag)) {
    prefix_.clear();
    line_.set_plain(false);
  }
  if (is_quote(tag) || tag == LXB_TAG_DD) blocks_.pop();
  if (tag == LXB_TAG_LI) close_item();
  if (is_list(tag) && !lists_.empty()) lists_.pop_back();
}

void Writer::heading(NodeId id) {
  prefix_.assign(static_cast<std::size_t>(heading_level(document_[id].tag)), '#');
  prefix_ += ' ';
  line_.set_plain(true);
}

void Writer::open_list(NodeId id) {
  const auto start = base::parse_number(base::trim(document_.value(id, Attr::start)));
  lists_.push_back({document_[id].tag == LXB_TAG_OL,
                    std::clamp(start.value_or(1), 0LL, 999'999'999LL), 0, false});
}

void Writer::open_item(NodeId id) {
  if (lists_.empty()) lists_.push_back({false, 1, 0, false});  // an item without a list
  List& list = lists_.back();
  // Behind an item of one block, and behind the text of the item that the list is in.
  const bool is_short = list.blocks <= 1;
  if (list.has_items ? is_short : lists_.size() > 1) blocks_.keep_tight();
  list.has_items = true;
  list.blocks = 0;
  std::string marker = list.is_ordered ? std::to_string(list.number) + ". " : "- ";
  if (const auto own = base::parse_number(document_.value(id, Attr::value)); own && list.is_ordered)
    list.number = std::clamp(*own, 0LL, 999'999'999LL), marker = std::to_string(list.number) + ". ";
  ++list.number;
  std::string rest(marker.size(), ' ');
  blocks_.push(std::move(marker), std::move(rest));
}

void Writer::close_item() {
  blocks_.pop();
}

void Writer::enter_inline(NodeId id) {
  const Node& node = document_[id];
  if (node.no_effect) return;
  switch (node.tag) {
    case LXB_TAG_BR:
      return line_.line_break();
    case LXB_TAG_IMG:
      return image(id);
    case LXB_TAG_INPUT:
      return checkbox(id);
    case LXB_TAG_A:
      return open_link(id);
    case LXB_TAG_B:
    case LXB_TAG_STRONG:
      return line_.open(Line::Mark::strong);
    case LXB_TAG_I:
    case LXB_TAG_EM:
      return line_.open(Line::Mark::emphasis);
    case LXB_TAG_S:
    case LXB_TAG_STRIKE:
    case LXB_TAG_DEL:
      return line_.open(Line::Mark::strike);
    case LXB_TAG_CODE:
    case LXB_TAG_KBD:
    case LXB_TAG_SAMP:
    case LXB_TAG_TT:
      return line_.open_code();
    case LXB_TAG_SUP:
      return superscript(id);
    case LXB_TAG_Q:
      return line_.verbatim("\u201c");
    case LXB_TAG_RT:
      return line_.verbatim("(");
    default:
      return;
  }
}

void Writer::leave_inline(NodeId id) {
  const Node& node = document_[id];
  if (node.no_effect) return;
  switch (node.tag) {
    case LXB_TAG_A:
    case LXB_TAG_B:
    case LXB_TAG_STRONG:
    case LXB_TAG_I:
    case LXB_TAG_EM:
    case LXB_TAG_S:
    case LXB_TAG_STRIKE:
    case LXB_TAG_DEL:
      return line_.close();
    case LXB_TAG_CODE:
    case LXB_TAG_KBD:
    case LXB_TAG_SAMP:
    case LXB_TAG_TT:
      return line_.close_code();
    case LXB_TAG_Q:
      return line_.verbatim("\u201d");
    case LXB_TAG_RT:
      return line_.verbatim(")");
    default:
      return;
  }
}

}  // namespace html
