#include "html/prune.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "html/tags.h"

namespace html {
namespace {

using hint::advert, hint::chrome, hint::comments, hint::content, hint::details, hint::maybe,
    hint::related, hint::social, hint::unseen;

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
    if (is(tag, trait::control)) return true;
    const Totals totals = measures_.of(id);
    const Share share{totals.chars / total_, totals.link_density()};
    const bool is_small = share.of_page < 0.3 || share.link_density > 0.5;
    if (is_frame_element(tag) || is_frame_role(document_.value(id, Attr::role))) return is_small;
    if (document_.value(id, Attr::aria_modal) == "true") return is_small;
    if (tag == LXB_TAG_HEADER && !is_in_article) return is_small;
    if (tag == LXB_TAG_FORM && totals.controls > 0) return share.of_page < 0.3;
    return pruning_.by_name && by_name(id, share, is_small);
  }

 private:
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
void drop_lonely_headings(const Document& document, const Measures& measures, NodeId root,
                          std::vector<bool>& dropped) {
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
    if (below.chars == 0 && below.images == 0 && level >= next_level && level > 1) {
      dropped[*heading] = true;
      continue;
    }
    next = *heading;
    next_level = level;
  }
}

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
    hints[id] = static_cast<Hints>(look_up(document.value(id, Attr::class_)) |
                                   look_up(document.value(id, Attr::id)));
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
                  std::vector<bool>& dropped) {
  const Measures measures(document, dropped);
  const double total = std::max(1.0, static_cast<double>(measures.of(root).chars));
  for (NodeId id = root + 1; id < document[root].end;) {
    const Node& node = document[id];
    if (dropped[id] || node.hidden) {
      id = node.end;
      continue;
    }
    if (!is_container(node.tag)) {
      ++id;
      continue;
    }
    const Totals own = measures.of(id);
    const double share = own.chars / total;
    const double density = own.link_density();
    bool is_remains = false;
    if (share < 0.4) {
      const bool is_list = node.tag == LXB_TAG_UL || node.tag == LXB_TAG_OL;
      if (node.tag == LXB_TAG_P || node.tag == LXB_TAG_SPAN || node.tag == LXB_TAG_TD) {
        is_remains = (hints[id] & details) != 0 && own.chars < 150;
      } else {
        is_remains =
            ((hints[id] & details) != 0 && own.chars < 400) ||
            ((hints[id] & maybe) != 0 && density > 0.3) ||
            (is_list ? density > 0.6 && own.items > 1 : density > 0.5 && own.paragraphs < 10);
        if (own.chars == 0 && own.images == 0) is_remains = false;
      }
    }
    if (is_remains) dropped[id] = true;
    id = is_remains ? node.end : id + 1;
  }
  drop_lonely_headings(document, Measures(document, dropped), root, dropped);
}

}  // namespace html
