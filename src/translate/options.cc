#include "translate/options.h"

namespace translate {
namespace {

std::string_view effective_effort(const Thinking& thinking, const ModelProfile& profile) {
  if (!profile.effort) return {};
  return thinking.off ? "low" : thinking.effort;
}

}  // namespace

void append_template_options(ChatCall& call, const Thinking& thinking,
                             const ModelProfile& profile) {
  std::string options;
  if (profile.keep_thinking && profile.reasoning_history && profile.engine != Engine::unknown)
    options += R"(,"preserve_thinking":true,"clear_thinking":false)";
  if (thinking.off && profile.thinking_switch) options += R"(,"enable_thinking":false)";
  append_effort(options, thinking, profile);
  if (options.empty()) return;
  options[0] = '{';
  call.prompt += R"(,"chat_template_kwargs":)" + options + '}';
}

void append_effort(std::string& out, const Thinking& thinking, const ModelProfile& profile) {
  const std::string_view effort = effective_effort(thinking, profile);
  if (effort.empty()) return;
  out += R"(,"reasoning_effort":")";
  out += effort;
  out += '"';
}

void append_named_choice(std::string& out, std::string_view name, const ModelProfile& profile) {
  if (profile.engine == Engine::llamacpp) {  // reads only the words: a name would be passed over
    out += R"(,"tool_choice":"required")";
    return;
  }
  out += R"(,"tool_choice":{"type":"function","function":{"name":")";
  out += name;
  out += R"("}})";
}

void append_json_schema(std::string& out, json::Value schema, json::Value name) {
  out += R"(,"response_format":{"type":"json_schema","json_schema":{"name":")";
  if (name.is(json::Kind::string)) {
    name.append_escaped(out);
  } else {
    out += "answer";
  }
  out += R"(","schema":)";
  schema.append_raw(out);
  out += R"(,"strict":true}})";
}

void append_number(std::string& out, std::string_view name, json::Value number) {
  if (!number.is(json::Kind::number)) return;
  out += ",\"";
  out += name;
  out += "\":";
  out += number.raw();
}

}  // namespace translate
