#include "html/main_content.h"

#include <algorithm>
#include <string>

#include "base/strings.h"
#include "html/hints.h"
#include "html/measures.h"
#include "html/prune.h"

namespace html {
namespace {

constexpr int kLevels = 5;  // that a paragraph counts for
constexpr int kClimb = 7;   // levels above the best element that may belong to the text

bool is_candidate(Tag tag) {
  return tag == LXB_TAG_DIV || tag == LXB_TAG_SECTION || tag == LXB_TAG_ARTICLE ||
         tag == LXB_TAG_MAIN || tag == LXB_TAG_TD || tag == LXB_TAG_BODY || tag == kCustom ||
         tag == LXB_TAG_FORM || tag == LXB_TAG_BLOCKQUOTE || tag == LXB_TAG_CENTER ||
         tag == LXB_TAG_TABLE || tag == LXB_TAG_DL || tag == LXB_TAG_TBODY || tag == LXB_TAG_PRE ||
         tag == LXB_TAG_HEADER || tag == LXB_TAG_UL || tag == LXB_TAG_OL || tag == LXB_TAG_P ||
         tag == LXB_TAG_SPAN;
}

class Search {
 public:
  Search(const Document& document, const std::vector<Hints>& hints, std::vector<bool>& dropped)
      : document_(document),
        hints_(hints),
        dropped_(dropped),
        measures_(document, dropped),
        score_(document.nodes.size(), 0.0F) {}

  // The element around the text; what beside it does not belong to it is dropped.
  NodeId run() {
    score();
    NodeId top = best();
    top = marked_body(top);
    return with_siblings(top);
  }

 private:
  void score() {
    for (NodeId id = 1; id < document_.nodes.size(); ++id) {
      const float weight = measures_.own(id).weight();
      if (weight <= 0) continue;
      NodeId at = is_candidate(document_[id].tag) && document_[id].tag != LXB_TAG_P
                      ? id
                      : document_[id].parent;
      for (int level = 0; level < kLevels; at = document_[at].parent) {
        score_[at] += level == 0 ? weight : weight / (1.0F + 0.7F * static_cast<float>(level));
        if (at == 0) break;
        ++level;
      }
    }
  }

  float factor(NodeId id) const {
    const Node& node = document_[id];
    const Hints hints = hints_[id];
    float factor = 1;
    if ((hints & hint::content) != 0) factor *= 1.25F;
    if ((hints & hint::body) != 0) factor *= 1.15F;
    if ((hints & (hint::maybe | hint::details)) != 0) factor *= 0.8F;
    if ((hints & (hint::comments | hint::chrome | hint::related | hint::advert | hint::social)) !=
        0)
      factor *= 0.6F;
    if (node.tag == LXB_TAG_ARTICLE || node.tag == LXB_TAG_MAIN) factor *= 1.3F;
    if (node.tag == LXB_TAG_UL || node.tag == LXB_TAG_OL || node.tag == LXB_TAG_FORM ||
        node.tag == LXB_TAG_SPAN)
      factor *= 0.7F;
    const std::string_view item = document_.value(id, Attr::itemprop);
    if (base::contains_ignoring_case(item, "articlebody") || item == "text") factor *= 1.5F;
    if (document_.value(id, Attr::role) == "main") factor *= 1.2F;
    return factor * static_cast<float>(1.0 - measures_.of(id).link_density());
  }

  NodeId best() const {
    NodeId top = 0;
    float most = 0;
    for (NodeId id = 0; id < document_.nodes.size(); ++id) {
      if (score_[id] <= most * 0.4F || (id != 0 && !is_candidate(document_[id].tag))) continue;
      const float value = score_[id] * factor(id);
      if (value <= most) continue;
      most = value;
      top = id;
    }
    return top;
  }

  // The nearest element around or in `top` that the page itself marks as the article and that holds
  // most of its text.
  NodeId marked_body(NodeId top) const {
    const float weight = measures_.of(top).weight;
    for (NodeId at = top; at != 0; at = document_[at].parent) {
      if (!is_marked(at)) continue;
      return measures_.of(at).weight <= weight * 2.5F ? at : top;
    }
    return top;
  }

  bool is_marked(NodeId id) const {
    constexpr Hints both = hint::content | hint::body;
    return document_[id].tag == LXB_TAG_ARTICLE || (hints_[id] & both) == both ||
           base::contains_ignoring_case(document_.value(id, Attr::itemprop), "articlebody");
  }

  // Texts are often split among neighbours. Goes up while neighbours have enough of it.
  NodeId with_siblings(NodeId top) {
    NodeId kept = top;
    const float weight = std::max(measures_.of(top).weight, 1.0F);
    NodeId at = top;
    bool only_alike = false;  // around what the page marks as its text
    for (int level = 0; level < kClimb && at != 0; ++level) {
      const NodeId parent = document_[at].parent;
      only_alike |= is_marked(at) || document_[at].tag == LXB_TAG_MAIN;
      if (has_joining_sibling(parent, at, weight, only_alike)) {
        // Of a row of like elements each is taken whole.
        if (has_joining_sibling(parent, at, weight, true)) kept = at;
        keep_path(parent, kept, weight);
        kept = parent;
      }
      at = parent;
    }
    return with_lead(kept, weight);
  }

  // What stands between the page's heading and its text is the beginning of the text.
  NodeId with_lead(NodeId kept, float weight) {
    NodeId around = kept;
    for (int level = 0; level < kClimb && around != 0; ++level) {
      around = document_[around].parent;
      const NodeId heading = first_heading(around, kept);
      for (NodeId id = around + 1; id < kept; ++id) {
        const bool is_after = heading != 0 && id >= document_[heading].end;
        const bool is_named = (hints_[id] & hint::lead) != 0;
        if ((!is_named && (!is_after || measures_.own(id).weight() <= 0)) || !is_lead(id) ||
            is_within_dropped(id))
          continue;
        keep_path(around, kept, weight);
        return around;
      }
      if (heading != 0) return kept;
    }
    return kept;
  }

  bool is_lead(NodeId id) const {
    const Totals totals = measures_.of(id);
    return totals.chars > 50 && totals.link_density() < 0.2 && !is_heading(document_[id].tag) &&
           (hints_[id] & (hint::details | hint::related | hint::social)) == 0;
  }

  bool is_within_dropped(NodeId id) const {
    for (; id != 0; id = document_[id].parent)
      if (dropped_[id] || document_[id].hidden) return true;
    return false;
  }

  NodeId first_heading(NodeId begin, NodeId end) const {
    for (NodeId id = begin + 1; id < end; ++id)
      if (document_[id].tag == LXB_TAG_H1 && !dropped_[id]) return id;
    return 0;
  }

  // `like`: its neighbour on the way to the text. Neighbours that look the same need less text.
  bool belongs(NodeId id, NodeId like, float weight) const {
    const Node& node = document_[id];
    const Totals totals = measures_.of(id);
    const double density = totals.link_density();
    if (node.tag == LXB_TAG_P) return totals.chars > 40 && density < 0.3;
    if (node.tag == kText || is_heading(node.tag)) return false;
    constexpr Hints others = hint::comments | hint::related | hint::chrome | hint::social;
    if ((hints_[id] & others) != 0) return false;
    if (is_alike(id, like)) return totals.weight > std::max(2.0F, 0.05F * weight) && density < 0.3;
    if ((hints_[id] & hint::maybe) != 0) return false;
    const bool is_data = node.tag == LXB_TAG_PRE || node.tag == LXB_TAG_TABLE ||
                         node.tag == LXB_TAG_UL || node.tag == LXB_TAG_OL ||
                         node.tag == LXB_TAG_BLOCKQUOTE;
    if (is_data && totals.chars > 40 && density < 0.2) return true;
    return totals.weight > std::max(4.0F, 0.12F * weight) && density < 0.3;
  }

  bool is_alike(NodeId id, NodeId other) const {
    const std::string_view name = first_class(id);
    return document_[id].tag == document_[other].tag && !name.empty() && name == first_class(other);
  }

  std::string_view first_class(NodeId id) const {
    const std::string_view classes = base::trim(document_.value(id, Attr::class_));
    return classes.substr(0, classes.find(' '));
  }

  bool has_joining_sibling(NodeId parent, NodeId at, float weight, bool only_alike) const {
    for (NodeId id = parent + 1; id < document_[parent].end; id = document_[id].end)
      if (id != at && !dropped_[id] && belongs(id, at, weight) && (!only_alike || is_alike(id, at)))
        return true;
    return false;
  }

  // Drops what is in `parent` but neither on the way to `kept` nor belongs to it.
  void keep_path(NodeId parent, NodeId kept, float weight) {
    const NodeId heading = first_heading(parent, kept);
    NodeId within = parent;
    while (within != kept) {
      NodeId onward = kept;
      for (NodeId id = within + 1; id < document_[within].end; id = document_[id].end)
        if (document_.is_inside(kept, id)) onward = id;
      for (NodeId id = within + 1; id < document_[within].end; id = document_[id].end) {
        const Tag tag = document_[id].tag;
        if (id == onward || is_heading(tag) || tag == LXB_TAG_FIGURE || belongs(id, onward, weight))
          continue;
        const bool holds_heading = heading != 0 && document_.is_inside(heading, id);
        const bool leads = id < kept && is_lead(id) &&
                           ((heading != 0 && id > heading) || (hints_[id] & hint::lead) != 0);
        if (!holds_heading && !leads) dropped_[id] = true;
      }
      within = onward;
    }
  }

  const Document& document_;
  const std::vector<Hints>& hints_;
  std::vector<bool>& dropped_;
  Measures measures_;
  std::vector<float> score_;
};

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text)
    if (static_cast<unsigned char>(c) > 0x40 || (c >= '0' && c <= '9'))
      letters += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return letters;
}

// The page's title is told apart from its text.
void drop_title(const Document& document, std::string_view title, MainContent& main) {
  const std::string wanted = letters_of(title.substr(0, 500));
  int seen = 0;
  for (NodeId id = main.root; id < document[main.root].end && seen < 3; ++id) {
    const Node& node = document[id];
    if (node.tag != LXB_TAG_H1 && node.tag != LXB_TAG_H2) continue;
    ++seen;
    std::string text;
    for (NodeId at = id; at < node.end && text.size() < 1000; ++at)
      if (document[at].tag == kText) text += document.text_of(document[at]);
    if (!wanted.empty() && letters_of(text) == wanted) {
      main.dropped[id] = true;
      return;
    }
  }
}

}  // namespace

MainContent find_main_content(const Document& document, std::string_view title,
                              bool keep_captions) {
  const std::vector<Hints> hints = hints_of(document);
  const std::vector<bool> none(document.nodes.size(), false);
  const Totals page = Measures(document, none).of(0);
  MainContent main;
  for (const bool by_name : {true, false}) {
    main.dropped = none;
    drop_surroundings(document, hints, {.by_name = by_name}, main.dropped);
    const Totals rest = Measures(document, main.dropped).of(0);
    main.root = Search(document, hints, main.dropped).run();
    drop_remains(document, hints, main.root, keep_captions, main.dropped);
    drop_title(document, title, main);
    const double length = Measures(document, main.dropped).of(main.root).chars;
    main.main_length = static_cast<std::size_t>(length);
    const double others = static_cast<double>(rest.chars - rest.link_chars);
    main.stands_out = length >= 200 || (others >= 100 && length >= 0.5 * others);
    if (main.stands_out && length >= 0.15 * others) break;
  }
  main.text_length = page.chars;
  if (main.stands_out && main.main_length > 0) return main;
  main.dropped = none;
  drop_surroundings(document, hints, {.by_name = false}, main.dropped);
  main.root = 0;
  main.stands_out = false;
  main.main_length = Measures(document, main.dropped).of(0).chars;
  return main;
}

}  // namespace html
