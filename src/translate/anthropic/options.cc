#include "translate/anthropic/options.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

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

std::string_view effective_effort(const anthropic::Request& request, const ModelProfile& profile) {
  if (!profile.effort) return {};
  return forbids_thinking(request) ? "low" : effort_of(request);
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

void append_named_choice(std::string& out, Value name, const ModelProfile& profile) {
  if (profile.engine == Engine::llamacpp) {  // reads only the words: a name would be passed over
    out += R"(,"tool_choice":"required")";
    return;
  }
  out += R"(,"tool_choice":{"type":"function","function":{"name":")";
  name.append_escaped(out);
  out += R"("}})";
}

std::expected<void, anthropic::Error> append_tool_choice(ChatCall& call,
                                                         const anthropic::Request& request,
                                                         const ModelProfile& profile,
                                                         const ToolList& tools) {
  const Value choice = request.root["tool_choice"];
  const Value type = choice["type"];
  const bool asks = call.notice.empty() && !request.counts_only;
  if (asks && type.equals("tool") && !is_shown(tools, choice["name"]))
    return std::unexpected(anthropic::Error{
        .type = anthropic::ErrorType::invalid_request_error,
        .message = "tool_choice.name: no tool '" + choice["name"].string() + "' is given"});
  // Engines refuse a choice where there are no tools.
  if (tools.shown.empty()) return {};
  if (is_compaction(request.messages) || type.equals("none")) {
    call.options += R"(,"tool_choice":"none")";
  } else if (type.equals("any")) {
    call.options += R"(,"tool_choice":"required")";
  } else if (type.equals("tool")) {
    append_named_choice(call.options, choice["name"], profile);
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

void append_format(std::string& out, Value format) {
  if (!format["type"].equals("json_schema")) return;
  out += R"(,"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":)";
  format["schema"].append_raw(out);
  out += R"(,"strict":true}})";
}

void append_number(std::string& out, std::string_view name, Value number) {
  if (!number.is(Kind::number)) return;
  out += ",\"";
  out += name;
  out += "\":";
  out += number.raw();
}

}  // namespace

void append_template_options(ChatCall& call, const anthropic::Request& request,
                             const ModelProfile& profile) {
  std::string options;
  if (profile.keep_thinking && profile.reasoning_history && profile.engine != Engine::unknown)
    options += R"(,"preserve_thinking":true,"clear_thinking":false)";
  if (forbids_thinking(request) && profile.thinking_switch)
    options += R"(,"enable_thinking":false)";
  if (const std::string_view effort = effective_effort(request, profile); !effort.empty()) {
    options += R"(,"reasoning_effort":")";
    options += effort;
    options += '"';
  }
  if (options.empty()) return;
  options[0] = '{';
  call.prompt += R"(,"chat_template_kwargs":)" + options + '}';
}

std::expected<void, anthropic::Error> append_options(ChatCall& call,
                                                     const anthropic::Request& request,
                                                     const ModelProfile& profile,
                                                     const ToolList& tools) {
  call.max_tokens = request.max_tokens;
  call.thinking_disabled = forbids_thinking(request);
  if (auto chosen = append_tool_choice(call, request, profile, tools); !chosen) return chosen;
  const Value& root = request.root;
  append_stop(call.options, root["stop_sequences"], profile);
  append_format(call.options, root["output_config"]["format"]);
  append_number(call.options, "temperature", root["temperature"]);
  append_number(call.options, "top_p", root["top_p"]);
  if (profile.engine != Engine::unknown) append_number(call.options, "top_k", root["top_k"]);
  append_thinking_budget(call.options, request, profile);
  if (const std::string_view effort = effective_effort(request, profile); !effort.empty()) {
    call.options += R"(,"reasoning_effort":")";
    call.options += effort;
    call.options += '"';
  }
  return {};
}

}  // namespace translate::from_anthropic
