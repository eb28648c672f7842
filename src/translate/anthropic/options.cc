#include "translate/anthropic/options.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "translate/options.h"

namespace translate::from_anthropic {
namespace {

using json::Kind;
using json::Value;

// No thinking where the client forbids it, nor where it wants JSON and does not ask for thinking:
// the classifier's 64 tokens and a title's would be spent before the answer begins (R39, R40).
bool forbids_thinking(const anthropic::Request& request) {
  const Value thinking = request.root["thinking"];
  if (thinking.given()) return thinking["type"].equals("disabled");
  return request.root["output_config"]["format"].given();
}

// Chat templates know low, medium and high; empty where the client says nothing.
std::string_view effort_of(const anthropic::Request& request) {
  const Value effort = request.root["output_config"]["effort"];
  if (effort.equals("low") || effort.equals("minimal")) return "low";
  if (effort.equals("medium")) return "medium";
  return effort.given() ? "high" : "";
}

Thinking thinking_of(const anthropic::Request& request) {
  return {.off = forbids_thinking(request), .effort = effort_of(request)};
}

// Thinking must leave room for the answer (U14): never more than three quarters of max_tokens.
int64_t thinking_budget(const anthropic::Request& request) {
  constexpr int64_t small_answer = 4096;
  const std::optional<int64_t> asked = request.root["thinking"]["budget_tokens"].integer();
  const int64_t most = request.max_tokens - request.max_tokens / 4;
  if (asked && *asked > 0) return std::min(*asked, most);
  return request.max_tokens <= small_answer ? most : 0;
}

void append_thinking_budget(std::string& out, const anthropic::Request& request,
                            const ModelProfile& profile) {
  const bool off = forbids_thinking(request);
  const bool vllm = profile.engine == Engine::vllm && profile.thinking_budget;
  if (!vllm && profile.engine != Engine::llamacpp) return;
  if (off && profile.thinking_switch) return;
  const int64_t budget = off ? 0 : thinking_budget(request);
  if (!off && budget == 0) return;
  out += vllm ? R"(,"thinking_token_budget":)" : R"(,"thinking_budget_tokens":)";
  out += std::to_string(budget);
}

// Claude Code's request for a summary: a tool call instead of text would be taken for an empty
// summary (E15).
bool is_compaction(Value messages) {
  Value last;
  for (const Value message : messages)
    if (message["role"].equals("user")) last = message["content"];
  Value text = last;
  if (last.is(Kind::array))
    for (const Value block : last)
      if (block["type"].equals("text")) text = block["text"];
  return text.escaped().starts_with("CRITICAL: Respond with TEXT ONLY");
}

bool is_shown(const ToolList& tools, Value name) {
  const std::string wanted = name.string();
  return std::ranges::any_of(tools.shown, [&](Value tool) { return tool["name"].equals(wanted); });
}

std::expected<void, chat::Error> append_tool_choice(ChatCall& call,
                                                    const anthropic::Request& request,
                                                    const ModelProfile& profile,
                                                    const ToolList& tools) {
  const Value choice = request.root["tool_choice"];
  const Value type = choice["type"];
  const bool asks = call.notice.empty() && !request.counts_only;
  if (asks && type.equals("tool") && !is_shown(tools, choice["name"]))
    return std::unexpected(chat::Error{
        .kind = chat::ErrorKind::invalid_request,
        .message = "tool_choice.name: no tool '" + choice["name"].string() + "' is given"});
  // Engines refuse a choice where there are no tools.
  if (tools.shown.empty()) return {};
  if (is_compaction(request.messages) || type.equals("none")) {
    call.options += R"(,"tool_choice":"none")";
  } else if (type.equals("any")) {
    call.options += R"(,"tool_choice":"required")";
  } else if (type.equals("tool")) {
    std::string name;
    choice["name"].append_escaped(name);
    append_named_choice(call.options, name, profile);
  }
  if (choice["disable_parallel_tool_use"].is_true()) {
    call.one_tool_call = true;
    call.options += R"(,"parallel_tool_calls":false)";
  }
  return {};
}

void append_stop(std::string& out, Value stops, const ModelProfile& profile) {
  std::string list;
  for (const Value stop : stops) {
    if (stop.escaped().empty()) continue;
    list += list.empty() ? "\"" : ",\"";
    stop.append_escaped(list);
    list += '"';
  }
  if (list.empty()) return;
  out += R"(,"stop":[)" + list + ']';
  if (profile.engine == Engine::vllm) out += R"(,"include_stop_str_in_output":false)";
}

}  // namespace

void append_template_options(ChatCall& call, const anthropic::Request& request,
                             const ModelProfile& profile) {
  translate::append_template_options(call, thinking_of(request), profile);
}

std::expected<void, chat::Error> append_options(ChatCall& call, const anthropic::Request& request,
                                                const ModelProfile& profile,
                                                const ToolList& tools) {
  call.max_tokens = request.max_tokens;
  call.thinking_disabled = forbids_thinking(request);
  if (auto chosen = append_tool_choice(call, request, profile, tools); !chosen) return chosen;
  const Value& root = request.root;
  append_stop(call.options, root["stop_sequences"], profile);
  if (const Value format = root["output_config"]["format"]; format["type"].equals("json_schema"))
    append_json_schema(call.options, format["schema"]);
  append_number(call.options, "temperature", root["temperature"]);
  append_number(call.options, "top_p", root["top_p"]);
  if (profile.engine != Engine::unknown) append_number(call.options, "top_k", root["top_k"]);
  append_thinking_budget(call.options, request, profile);
  append_effort(call.options, thinking_of(request), profile);
  return {};
}

}  // namespace translate::from_anthropic
