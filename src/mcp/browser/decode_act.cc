#include <array>

#include "base/error.h"
#include "mcp/browser/act.h"

namespace mcp::browser {
namespace {

enum class Needs { nothing, ref, url, text, key, values, tab, direction };

struct Rule {
  const char* action;
  Needs needs;
  bool needs_ref = false;
};

constexpr std::array<Rule, 19> rules = {{
    {"navigate", Needs::url},      {"back", Needs::nothing},        {"forward", Needs::nothing},
    {"reload", Needs::nothing},    {"click", Needs::ref},           {"double_click", Needs::ref},
    {"hover", Needs::ref},         {"fill", Needs::text, true},     {"type", Needs::text},
    {"press", Needs::key},         {"select", Needs::values, true}, {"check", Needs::ref},
    {"uncheck", Needs::ref},       {"scroll", Needs::nothing},      {"upload", Needs::values, true},
    {"wait", Needs::nothing},      {"new_tab", Needs::nothing},     {"switch_tab", Needs::tab},
    {"close_tab", Needs::nothing},
}};

[[noreturn]] void lacks(const Act& act, const std::string& what) {
  throw base::Error("action " + act.action + " needs " + what, {}, {}, base::Exit::usage);
}

void check(const Act& act, const nlohmann::json& arguments) {
  for (const Rule& rule : rules) {
    if (act.action != rule.action) continue;
    const bool wants_ref = rule.needs_ref || rule.needs == Needs::ref;
    if (wants_ref && act.ref.empty()) lacks(act, "ref: the element's, from a snapshot (\"e12\")");
    if (rule.needs == Needs::url && act.url.empty()) lacks(act, "url");
    if (rule.needs == Needs::text && !arguments.contains("text")) lacks(act, "text");
    if (rule.needs == Needs::key && act.key.empty()) lacks(act, "key, such as \"Enter\"");
    if (rule.needs == Needs::values && act.values.empty()) lacks(act, "values");
    if (rule.needs == Needs::tab && act.tab == 0) lacks(act, "tab: its number");
  }
}

}  // namespace

Act decode_act(const nlohmann::json& arguments) {
  Act act;
  act.action = arguments.value("action", std::string());
  act.ref = arguments.value("ref", std::string());
  act.text = arguments.value("text", std::string());
  act.key = arguments.value("key", std::string());
  act.url = arguments.value("url", std::string());
  act.direction = arguments.value("direction", std::string("down"));
  act.tab = arguments.value("tab", 0);
  act.wait_seconds = arguments.value("seconds", 0.0);
  act.until_gone = arguments.value("until_gone", false);
  act.submit = arguments.value("submit", false);
  if (arguments.contains("values"))
    act.values = arguments["values"].get<std::vector<std::string>>();
  // One value is often given where text is asked for.
  if (act.values.empty() && !act.text.empty() && (act.action == "select" || act.action == "upload"))
    act.values = {act.text};
  if (act.key.empty() && act.action == "press") act.key = act.text;
  const std::string dialog = arguments.value("dialog", std::string());
  if (!dialog.empty()) act.dialogs.accept = dialog == "accept";
  act.dialogs.text = arguments.value("dialog_text", std::string());
  if (!act.dialogs.text.empty() && !act.dialogs.accept) act.dialogs.accept = true;
  check(act, arguments);
  return act;
}

}  // namespace mcp::browser
