#include "agent/claude_permissions.h"

#include <optional>

#include "base/strings.h"
#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace agent {
namespace {

struct Range {
  size_t begin = 0;
  size_t end = 0;
};

Range range_of(std::string_view text, json::Value value) {
  const auto begin = static_cast<size_t>(value.raw().data() - text.data());
  return {begin, begin + value.raw().size()};
}

// Where the last element, or the last member with its name, stands.
std::optional<Range> last_of(std::string_view text, json::Value container) {
  std::optional<Range> last;
  for (auto it = container.begin(); it != container.end(); ++it) {
    last = range_of(text, *it);
    if (container.is(json::Kind::object)) last->begin = range_of(text, it.key()).begin;
  }
  return last;
}

// Puts `entry` behind the last one of the container, spaced as that one is.
std::string appended(std::string_view text, json::Value container, const std::string& entry) {
  const Range whole = range_of(text, container);
  const auto last = last_of(text, container);
  std::string out(text);
  if (!last) return out.replace(whole.begin + 1, whole.end - whole.begin - 2, entry);
  const size_t space = text.find_last_not_of(" \t\r\n", last->begin - 1) + 1;
  return out.insert(last->end, "," + std::string(text.substr(space, last->begin - space)) + entry);
}

// Denies one tool, in a text that has been checked.
std::string with_denied(std::string_view text, json::Value root, const std::string& tool) {
  const std::string word = json::quoted(tool);
  const json::Value permissions = root["permissions"];
  const json::Value deny = permissions["deny"];
  if (deny) return appended(text, deny, word);
  if (permissions) return appended(text, permissions, "\"deny\": [" + word + "]");
  return appended(text, root, "\"permissions\": {\"deny\": [" + word + "]}");
}

std::string without(std::string_view text, json::Value deny, const std::string& tool) {
  std::string out(text);
  std::optional<Range> before;
  for (auto it = deny.begin(); it != deny.end(); ++it) {
    const Range found = range_of(text, *it);
    if (!(*it).equals(tool)) {
      before = found;
      continue;
    }
    if (before) return out.erase(before->end, found.end - before->end);
    ++it;
    if (it != deny.end()) return out.erase(found.begin, range_of(text, *it).begin - found.begin);
    const Range whole = range_of(text, deny);
    return out.replace(whole.begin, whole.end - whole.begin, "[]");
  }
  return out;
}

// The error says what is wrong with the text.
base::Result<json::Value> read(json::Document& document, std::string_view text) {
  if (const auto fault = document.parse(text))
    return std::unexpected("it is not JSON: " + fault->reason + " at byte " +
                           std::to_string(fault->offset));
  const json::Value root = document.root();
  if (!root.is(json::Kind::object)) return std::unexpected("it is no JSON object");
  const json::Value permissions = root["permissions"];
  if (permissions && !permissions.is(json::Kind::object))
    return std::unexpected("its \"permissions\" is no object");
  const json::Value deny = permissions["deny"];
  if (deny && !deny.is(json::Kind::array))
    return std::unexpected("its \"permissions.deny\" is no list");
  return root;
}

bool holds(json::Value deny, std::string_view tool) {
  for (const json::Value entry : deny)
    if (entry.equals(tool)) return true;
  return false;
}

std::string new_file(std::span<const std::string> tools) {
  std::string list;
  for (const std::string& tool : tools)
    list += (list.empty() ? "" : ",") + ("\n      " + json::quoted(tool));
  return "{\n  \"permissions\": {\n    \"deny\": [" + list + "\n    ]\n  }\n}\n";
}

}  // namespace

base::Result<std::string> deny_tools(std::string_view text, std::span<const std::string> tools) {
  if (base::trim(text).empty()) return new_file(tools);
  std::string out(text);
  for (const std::string& tool : tools) {
    json::Document document;
    const auto root = read(document, out);
    if (!root) return std::unexpected(root.error());
    if (!holds((*root)["permissions"]["deny"], tool)) out = with_denied(out, *root, tool);
  }
  return out;
}

base::Result<std::string> allow_tools(std::string_view text, std::span<const std::string> tools) {
  std::string out(text);
  for (const std::string& tool : tools) {
    json::Document document;
    const auto root = read(document, out);
    if (!root) return std::unexpected(root.error());
    const json::Value deny = (*root)["permissions"]["deny"];
    if (deny) out = without(out, deny, tool);
  }
  return out;
}

bool is_denied(std::string_view text, std::string_view tool) {
  json::Document document;
  const auto root = read(document, text);
  return root && holds((*root)["permissions"]["deny"], tool);
}

}  // namespace agent
