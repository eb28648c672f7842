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
    for (int level = 0; level < 4 && at != 0; ++level) {
      const NodeId parent = document_[at].parent;
      const bool joins =
          document_[at].tag != LXB_TAG_ARTICLE && has_joining_sibling(parent, at, weight);
      if (joins) {
        keep_path(parent, kept, weight);
        kept = parent;
      }
      at = parent;
    }
    return kept;
  }

  bool belongs(NodeId id, float weight) const {
    const Totals totals = measures_.of(id);
    const double density = totals.link_density();
    if (document_[id].tag == LXB_TAG_P) return totals.chars > 60 && density < 0.3;
    if (document_[id].tag == kText || is_heading(document_[id].tag)) return false;
    if ((hints_[id] &
         (hint::maybe | hint::comments | hint::related | hint::chrome | hint::social)) != 0)
      return false;
    return totals.weight > std::max(6.0F, 0.2F * weight) && density < 0.3;
  }

  bool has_joining_sibling(NodeId parent, NodeId at, float weight) const {
    for (NodeId id = parent + 1; id < document_[parent].end; id = document_[id].end)
      if (id != at && !dropped_[id] && belongs(id, weight)) return true;
    return false;
  }

  // Drops what is in `parent` but neither on the way to `kept` nor belongs to it.
  void keep_path(NodeId parent, NodeId kept, float weight) {
    NodeId within = parent;
    while (within != kept) {
      NodeId onward = kept;
      for (NodeId id = within + 1; id < document_[within].end; id = document_[id].end) {
        if (document_.is_inside(kept, id))
          onward = id;
        else if (!belongs(id, weight) && !is_heading(document_[id].tag) &&
                 document_[id].tag != LXB_TAG_FIGURE)
          dropped_[id] = true;
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

MainContent find_main_content(const Document& document, std::string_view title) {
  const std::vector<Hints> hints = hints_of(document);
  const std::vector<bool> none(document.nodes.size(), false);
  const Totals page = Measures(document, none).of(0);
  MainContent main;
  for (const bool by_name : {true, false}) {
    main.dropped = none;
    drop_surroundings(document, hints, {.by_name = by_name}, main.dropped);
    const Totals rest = Measures(document, main.dropped).of(0);
    main.root = Search(document, hints, main.dropped).run();
    drop_remains(document, hints, main.root, main.dropped);
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
