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
  if (name == "level") node.states.push_back("level=" + value);
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

bool is_rare_index(const std::vector<bool>& set, size_t index) {
  return index < set.size() && set[index];
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
  // The answer refers to texts by their index in one list.
  int64_t pointer = -1;
  int64_t index = 0;
  for (const json::Value text : answer["strings"]) {
    if (text.equals("pointer")) pointer = index;
    ++index;
  }
  for (const json::Value document : answer["documents"]) {
    const json::Value nodes = document["nodes"];
    std::vector<int64_t> ids;
    std::vector<int64_t> parents;
    for (const json::Value id : nodes["backendNodeId"]) ids.push_back(id.integer().value_or(0));
    for (const json::Value parent : nodes["parentIndex"])
      parents.push_back(parent.integer().value_or(-1));
    for (const json::Value place : nodes["isClickable"]["index"]) {
      const auto at = static_cast<size_t>(place.integer().value_or(-1));
      if (at < ids.size()) result.insert(ids[at]);
    }
    if (pointer < 0) continue;
    std::vector<bool> has_hand(ids.size());
    const json::Value layout = document["layout"];
    std::vector<int64_t> laid_out;
    for (const json::Value node : layout["nodeIndex"])
      laid_out.push_back(node.integer().value_or(-1));
    size_t line = 0;
    for (const json::Value styles : layout["styles"]) {
      const auto at = line < laid_out.size() ? static_cast<size_t>(laid_out[line]) : ids.size();
      ++line;
      for (const json::Value style : styles)
        if (at < ids.size() && style.integer() == pointer) has_hand[at] = true;
    }
    for (size_t at = 0; at < ids.size(); ++at) {
      if (!has_hand[at]) continue;
      const auto parent = at < parents.size() ? static_cast<size_t>(parents[at]) : ids.size();
      if (!is_rare_index(has_hand, parent)) result.insert(ids[at]);
    }
  }
  return result;
}

}  // namespace mcp::browser
