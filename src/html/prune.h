// What is not the page's own text, by its elements, roles and names.
#pragma once

#include <vector>

#include "html/document.h"
#include "html/hints.h"
#include "html/measures.h"

namespace html {

// The hints of each element's class and id, by node.
std::vector<Hints> hints_of(const Document& document);

struct Pruning {
  bool by_name = true;  // also by what class and id hint at
};

// Adds to `dropped`: navigation, footers, dialogs, forms, comments …, unless most of the page would
// go.
void drop_surroundings(const Document& document, const std::vector<Hints>& hints,
                       const Pruning& pruning, std::vector<bool>& dropped);

// Adds to `dropped`, within `root`: lists of links, bylines, boxes with little text, headings
// without a text below them.
void drop_remains(const Document& document, const std::vector<Hints>& hints, NodeId root,
                  bool keep_captions, std::vector<bool>& dropped);

}  // namespace html
