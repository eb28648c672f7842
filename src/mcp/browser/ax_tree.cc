#include "mcp/browser/ax_tree.h"

#include <algorithm>
#include <utility>

namespace mcp::browser {
namespace {

std::string text_of(json::Value value) {
  const json::Value inner = value["value"];
  if (inner.is(json::Kind::string)) return inner.string();
  return inner.given() ? std::string(inner.raw()) : std::string();
}

// Properties that are shown when they hold; those with a word are shown with it.
void take_property(AxNode& node, std::string_view name, const std::string& value) {
  if (name == "url") node.url = value;
  if (name == "focusable") node.is_focusable = value == "true";
  if (name == "editable") node.is_editable = true;
  if (name == "level" && (node.role == "heading" || node.role == "treeitem"))
    node.states.push_back("level=" + value);
  for (const std::string_view flag : {"disabled", "required", "focused", "readonly", "busy",
                                      "multiselectable", "selected", "modal"})
    if (name == flag && value == "true") node.states.emplace_back(flag);
  if ((name == "checked" || name == "pressed") && value != "false")
    node.states.push_back(value == "mixed" ? std::string(name) + "=mixed" : std::string(name));
  if (name == "checked" && value == "false") node.states.emplace_back("unchecked");
  if (name == "expanded") node.states.emplace_back(value == "true" ? "expanded" : "collapsed");
  if (name == "invalid" && value != "false") node.states.emplace_back("invalid");
}

AxNode decode_node(json::Value from) {
  AxNode node;
  node.dom_node = from["backendDOMNodeId"].integer().value_or(0);
  if (from["ignored"].is_true()) return node;
  node.role = text_of(from["role"]);
  node.name = text_of(from["name"]);
  node.value = text_of(from["value"]);
  for (const json::Value property : from["properties"])
    take_property(node, property["name"].string(), text_of(property["value"]));
  return node;
}

// The columns of one document of a layout snapshot.
class Layout {
 public:
  Layout(json::Value document, json::Value strings);
  void add_clickable(std::unordered_set<int64_t>& to) const;

 private:
  // Clicks on labels are their controls'; whole pages listen for their parts.
  bool is_one(size_t at) const { return at < ids_.size() && !is_other_[at]; }

  std::vector<int64_t> ids_;
  std::vector<size_t> parents_;
  std::vector<bool> is_other_;  // a label, an option, the page
  std::vector<bool> listens_;
  std::vector<bool> has_hand_;
};

std::vector<size_t> places(json::Value list) {
  std::vector<size_t> result;
  for (const json::Value each : list)
    result.push_back(static_cast<size_t>(each.integer().value_or(-1)));
  return result;
}

Layout::Layout(json::Value document, json::Value strings) {
  const json::Value nodes = document["nodes"];
  for (const json::Value id : nodes["backendNodeId"]) ids_.push_back(id.integer().value_or(0));
  parents_ = places(nodes["parentIndex"]);
  parents_.resize(ids_.size(), ids_.size());
  is_other_.resize(ids_.size());
  listens_.resize(ids_.size());
  has_hand_.resize(ids_.size());
  // Texts are given by their places in one list.
  std::unordered_set<size_t> others;
  std::unordered_set<size_t> hands;
  size_t place = 0;
  for (const json::Value text : strings) {
    for (const std::string_view name : {"LABEL", "OPTION", "BODY", "HTML", "#document"})
      if (text.equals(name)) others.insert(place);
    if (text.equals("pointer")) hands.insert(place);
    ++place;
  }
  const std::vector<size_t> names = places(nodes["nodeName"]);
  for (size_t at = 0; at < std::min(names.size(), ids_.size()); ++at)
    is_other_[at] = others.contains(names[at]);
  for (const size_t at : places(nodes["isClickable"]["index"]))
    if (at < ids_.size()) listens_[at] = true;
  const std::vector<size_t> laid_out = places(document["layout"]["nodeIndex"]);
  size_t line = 0;
  for (const json::Value styles : document["layout"]["styles"]) {
    const size_t at = line < laid_out.size() ? laid_out[line] : ids_.size();
    ++line;
    for (const size_t style : places(styles))
      if (at < ids_.size() && hands.contains(style)) has_hand_[at] = true;
  }
}

void Layout::add_clickable(std::unordered_set<int64_t>& to) const {
  for (size_t at = 0; at < ids_.size(); ++at) {
    if (!is_one(at)) continue;
    const bool inherits = parents_[at] < ids_.size() && has_hand_[parents_[at]];
    if (listens_[at] || (has_hand_[at] && !inherits)) to.insert(ids_[at]);
  }
}

}  // namespace

AxTree decode_ax_tree(json::Value answer) {
  AxTree tree;
  const json::Value nodes = answer["nodes"];
  std::unordered_map<std::string, size_t> places;
  std::vector<json::Value> sources;
  // The boxes of lines of text are most of the answer, and nothing is below them.
  for (const json::Value node : nodes) {
    if (node["role"]["value"].equals("InlineTextBox")) continue;
    places.emplace(node["nodeId"].string(), sources.size());
    sources.push_back(node);
  }
  for (const json::Value source : sources) {
    AxNode node = decode_node(source);
    for (const json::Value child : source["childIds"]) {
      const auto place = places.find(child.string());
      // A child comes after its parent; anything else would be a ring.
      if (place != places.end() && place->second > tree.nodes.size())
        node.children.push_back(place->second);
    }
    tree.nodes.push_back(std::move(node));
  }
  return tree;
}

std::unordered_set<int64_t> decode_clickable(json::Value answer) {
  std::unordered_set<int64_t> result;
  for (const json::Value document : answer["documents"])
    Layout(document, answer["strings"]).add_clickable(result);
  return result;
}

}  // namespace mcp::browser
