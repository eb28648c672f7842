#include "html/prune.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "html/tags.h"
#include "html/writer.h"

namespace html {
namespace {

using hint::advert, hint::caption, hint::lead, hint::chrome, hint::comments, hint::content,
    hint::details, hint::maybe, hint::related, hint::social, hint::unseen;

// An id made out of a heading: its words are about the text.
bool is_slug(std::string_view id) {
  return id.size() > 16 && std::ranges::count(id, '-') >= 2;
}

bool is_frame_role(std::string_view role) {
  for (const std::string_view name :
       {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar",
        "dialog", "alertdialog", "alert", "toolbar", "tooltip"})
    if (role == name) return true;
  return false;
}

bool is_frame_element(Tag tag) {
  return tag == LXB_TAG_NAV || tag == LXB_TAG_ASIDE || tag == LXB_TAG_FOOTER ||
         tag == LXB_TAG_DIALOG || tag == LXB_TAG_MENU || tag == LXB_TAG_SEARCH;
}

// Names say little about them: they are words, or wrap the whole text.
bool ignores_names(Tag tag) {
  return tag == LXB_TAG_ARTICLE || tag == LXB_TAG_MAIN || tag == LXB_TAG_CODE ||
         tag == LXB_TAG_PRE || tag == LXB_TAG_TR || tag == LXB_TAG_TBODY || tag == LXB_TAG_HTML ||
         tag == LXB_TAG_BODY || tag == LXB_TAG_IMG || tag == LXB_TAG_MATH || tag == LXB_TAG_B ||
         tag == LXB_TAG_STRONG;
}

bool is_container(Tag tag) {
  return tag == LXB_TAG_DIV || tag == LXB_TAG_SECTION || tag == LXB_TAG_UL || tag == LXB_TAG_OL ||
         tag == LXB_TAG_HEADER || tag == LXB_TAG_DL || tag == LXB_TAG_FORM ||
         tag == LXB_TAG_FIELDSET || tag == LXB_TAG_TABLE || tag == LXB_TAG_P ||
         tag == LXB_TAG_ARTICLE || tag == kCustom || tag == LXB_TAG_TD || tag == LXB_TAG_SPAN ||
         tag == LXB_TAG_DETAILS;
}

struct Share {
  double of_page;
  double link_density;
};

class Surroundings {
 public:
  Surroundings(const Document& document, const std::vector<Hints>& hints, const Pruning& pruning,
               const std::vector<bool>& dropped)
      : document_(document),
        hints_(hints),
        pruning_(pruning),
        measures_(document, dropped),
        total_(std::max(1.0, static_cast<double>(measures_.of(0).chars))) {}

  bool holds(NodeId id, bool is_in_article) const {
    const Tag tag = document_[id].tag;
    if (tag == kText) return false;
    if (is(tag, trait::control) && tag != LXB_TAG_INPUT) return true;
    const Totals totals = measures_.of(id);
    const Share share{totals.chars / total_, totals.link_density()};
    const bool is_small = share.of_page < 0.3 || share.link_density > 0.5;
    if (tag == LXB_TAG_FOOTER) return share.of_page < 0.5;
    if (is_frame_element(tag) || is_frame_role(document_.value(id, Attr::role))) return is_small;
    if (document_.value(id, Attr::aria_modal) == "true") return is_small;
    if (tag == LXB_TAG_HEADER && !is_in_article)
      return is_small && (share.link_density > 0.3 || !holds_title(id));
    if (tag == LXB_TAG_FORM && totals.controls > 0) return share.of_page < 0.3;
    return pruning_.by_name && by_name(id, share, is_small);
  }

 private:
  bool holds_title(NodeId id) const {
    for (NodeId at = id + 1; at < document_[id].end; ++at)
      if (document_[at].tag == LXB_TAG_H1) return true;
    return false;
  }

  bool by_name(NodeId id, const Share& share, bool is_small) const {
    const Tag tag = document_[id].tag;
    const Hints hints = hints_[id];
    if (hints == 0 || ignores_names(tag)) return false;
    if ((hints & unseen) != 0 && share.of_page < 0.1) return true;
    if ((hints & comments) != 0) return share.of_page < 0.7;
    return (hints & (chrome | social | related | advert)) != 0 && is_small;
  }

  const Document& document_;
  const std::vector<Hints>& hints_;
  const Pruning& pruning_;
  Measures measures_;
  double total_;
};

// Headings that nothing follows but headings of their level or above, or the end.
void drop_lonely_headings(const Document& document, const Measures& before, NodeId root,
                          std::vector<bool>& dropped) {
  const Measures measures(document, dropped);
  std::vector<NodeId> headings;
  for (NodeId id = root; id < document[root].end;) {
    if (dropped[id] || document[id].hidden) {
      id = document[id].end;
      continue;
    }
    if (is_heading(document[id].tag)) headings.push_back(id);
    ++id;
  }
  NodeId next = document[root].end;
  int next_level = 0;
  for (auto heading = headings.rbegin(); heading != headings.rend(); ++heading) {
    const Totals below = measures.between(document[*heading].end, next);
    const int level = heading_level(document[*heading].tag);
    const bool had_more =
        next == document[root].end || before.between(document[*heading].end, next).chars > 0;
    const bool is_short = measures.of(*heading).chars < 80;
    if (below.chars == 0 && below.images == 0 && level >= next_level && level > 1 && had_more &&
        is_short) {
      dropped[*heading] = true;
      continue;
    }
    next = *heading;
    next_level = level;
  }
}

// Boxes within the text that are not of it.
class Remains {
 public:
  Remains(const Document& document, const std::vector<Hints>& hints, NodeId root,
          bool keep_captions, const std::vector<bool>& dropped)
      : document_(document),
        hints_(hints),
        root_(root),
        keep_captions_(keep_captions),
        measures_(document, dropped),
        total_(std::max(1.0, static_cast<double>(measures_.of(root).chars))) {}

  const Measures& measures() const { return measures_; }

  bool holds(NodeId id) const {
    const Tag tag = document_[id].tag;
    const Totals own = measures_.of(id);
    if (!keep_captions_ && own.chars < 500 &&
        (tag == LXB_TAG_FIGCAPTION || ((hints_[id] & caption) != 0 && tag != LXB_TAG_TABLE)))
      return true;
    if (!is_container(tag) || own.chars / total_ >= 0.4 || (own.chars == 0 && own.images == 0))
      return false;
    if ((hints_[id] & lead) != 0 && is_late(id) && own.chars / total_ < 0.2) return true;
    if (tag == LXB_TAG_P || tag == LXB_TAG_SPAN || tag == LXB_TAG_TD)
      return ((hints_[id] & details) != 0 && own.chars < 150) || is_way_out(id, own);
    if (tag == LXB_TAG_TABLE && !is_layout_table(document_, id)) return false;
    if (tag == LXB_TAG_HEADER) return own.weight < 3 && own.chars < 200;
    return is_box(id, own);
  }

 private:
  bool is_box(NodeId id, const Totals& own) const {
    const Tag tag = document_[id].tag;
    const double density = own.link_density();
    if (own.code > 0) return density > 0.8;
    if ((hints_[id] & details) != 0 && own.chars < 400) return true;
    if ((hints_[id] & maybe) != 0 && density > 0.3) return true;
    if (tag == LXB_TAG_UL || tag == LXB_TAG_OL) return density > 0.6 && own.items > 1;
    return density > 0.5 && own.paragraphs < 10;
  }

  // Behind two fifths of the text.
  bool is_late(NodeId id) const { return measures_.between(root_, id).chars > 0.4 * total_; }

  // "Back to the list", "Read more": a paragraph that is one short link, and the first or last.
  bool is_way_out(NodeId id, const Totals& own) const {
    if (document_[id].tag != LXB_TAG_P || own.chars > 60 || own.link_density() < 0.9) return false;
    const double before = measures_.between(root_, id).chars / total_;
    return before < 0.02 || before > 0.95;
  }

  const Document& document_;
  const std::vector<Hints>& hints_;
  NodeId root_;
  bool keep_captions_;
  Measures measures_;
  double total_;
};

}  // namespace

std::vector<Hints> hints_of(const Document& document) {
  std::vector<Hints> hints(document.nodes.size(), 0);
  std::unordered_map<std::string_view, Hints> known;  // class names come again and again
  const auto look_up = [&](std::string_view names) -> Hints {
    if (names.empty()) return 0;
    const auto [entry, is_new] = known.try_emplace(names, Hints{0});
    if (is_new) entry->second = hints_in(names);
    return entry->second;
  };
  for (NodeId id = 1; id < document.nodes.size(); ++id) {
    const Node& node = document[id];
    if (node.tag == kText || node.length == 0) continue;
    hints[id] = look_up(document.value(id, Attr::class_));
    const std::string_view name = document.value(id, Attr::id);
    if (!is_slug(name)) hints[id] |= look_up(name);
  }
  return hints;
}

void drop_surroundings(const Document& document, const std::vector<Hints>& hints,
                       const Pruning& pruning, std::vector<bool>& dropped) {
  const Surroundings surroundings(document, hints, pruning, dropped);
  NodeId article_end = 0;
  for (NodeId id = 1; id < document.nodes.size();) {
    const Node& node = document[id];
    if (dropped[id] || node.hidden) {
      id = node.end;
      continue;
    }
    const bool is_article = node.tag == LXB_TAG_ARTICLE || node.tag == LXB_TAG_MAIN;
    if (surroundings.holds(id, id < article_end)) {
      dropped[id] = true;
      id = node.end;
      continue;
    }
    if (is_article) article_end = std::max(article_end, node.end);
    ++id;
  }
}

void drop_remains(const Document& document, const std::vector<Hints>& hints, NodeId root,
                  bool keep_captions, std::vector<bool>& dropped) {
  const Remains remains(document, hints, root, keep_captions, dropped);
  for (NodeId id = root + 1; id < document[root].end;) {
    const Node& node = document[id];
    if (node.tag != kText && !dropped[id] && !node.hidden && remains.holds(id)) dropped[id] = true;
    id = dropped[id] || node.hidden ? node.end : id + 1;
  }
  drop_lonely_headings(document, remains.measures(), root, dropped);
}

}  // namespace html
