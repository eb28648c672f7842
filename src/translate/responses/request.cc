#include "translate/responses/request.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json/text.h"
#include "translate/chat_writer.h"
#include "translate/options.h"
#include "translate/responses/items.h"
#include "translate/responses/tools.h"

namespace translate {
namespace {

using from_responses::ListedTool;
using from_responses::ToolList;
using json::Kind;
using json::Value;
using responses::RequestClass;

// For the request that asks for nothing but a summary (an item, no words of the client's).
constexpr std::string_view summary_request =
    "Write a summary of this conversation for yourself: it will be all that you know of it when "
    "you "
    "go on with the task. Say what the user wants (in their own words where these matter), what "
    "was "
    "done and found (files, commands, results, decisions and their reasons), what failed, and what "
    "is left to do. Answer with the summary alone; call no tool.";

constexpr std::string_view schema_request =
    "When you give your final answer, after all calls of tools, it must be JSON that fits this "
    "schema, and nothing else:\\n";

constexpr std::string_view object_request =
    "When you give your final answer, after all calls of tools, it must be one JSON object, and "
    "nothing else.";

std::unexpected<chat::Error> refuse(std::string message) {
  return std::unexpected(
      chat::Error{.kind = chat::ErrorKind::invalid_request, .message = std::move(message)});
}

class Translator {
 public:
  Translator(const responses::Request& request, const ModelProfile& profile, ToolNames& names)
      : request_(request),
        profile_(profile),
        names_(names),
        summary_(request.is_compaction()),
        title_(request.request_class == RequestClass::title) {}

  std::expected<ChatCall, chat::Error> run();

 private:
  Thinking thinking() const;
  void write_messages();
  void write_tools();
  std::expected<void, chat::Error> append_tool_choice();
  std::expected<void, chat::Error> append_named(Value choice);
  void keep_allowed(Value choice);
  void append_format();
  // The format binds the whole answer, calls too, so beside tools it can only be asked for (case
  // 24).
  Value bound_schema() const;
  bool asks_for_object() const;

  const responses::Request& request_;
  const ModelProfile& profile_;
  ToolNames& names_;
  bool summary_;
  bool title_;
  ToolList tools_;
  ChatCall call_;
};

// A title's few tokens are for the title.
Thinking Translator::thinking() const {
  const Value effort = request_.root["reasoning"]["effort"];
  Thinking thinking;
  thinking.off = effort.equals("none") || (title_ && !effort.given());
  if (effort.equals("minimal") || effort.equals("low")) thinking.effort = "low";
  if (effort.equals("medium")) thinking.effort = "medium";
  // high, xhigh, max, ultra and what comes after them (case 33)
  if (effort.given() && thinking.effort.empty() && !thinking.off) thinking.effort = "high";
  return thinking;
}

Value Translator::bound_schema() const {
  const Value format = request_.root["text"]["format"];
  const bool asked = format["type"].equals("json_schema") && !summary_;
  return asked && !tools_.shown.empty() ? format["schema"] : Value();
}

bool Translator::asks_for_object() const {
  return request_.root["text"]["format"]["type"].equals("json_object") && !summary_ &&
         !tools_.shown.empty();
}

void Translator::write_messages() {
  Texts texts;
  ChatWriter writer(call_, profile_, texts);
  from_responses::Items items(writer, profile_, names_, texts);
  std::string last_instruction;
  if (asks_for_object()) last_instruction = object_request;
  if (const Value schema = bound_schema(); schema.given()) {
    last_instruction = schema_request;
    std::string text;
    json::append_compact(text, schema.raw());
    json::append_escaped(last_instruction, text);
  }
  items.write(request_.root["instructions"], last_instruction, request_.items,
              summary_ ? summary_request : std::string_view());
}

void Translator::write_tools() {
  if (tools_.shown.empty()) return;
  call_.prompt += ',';
  const size_t begin = call_.prompt.size();
  from_responses::append_tools(call_.prompt, tools_.shown);
  call_.blocks.insert(call_.blocks.begin(), {"tools", begin, call_.prompt.size()});
}

bool chooses(Value choice, const ToolOrigin& tool) {
  const Value name = choice["name"];
  if (choice["type"].equals("namespace")) return name.equals(tool.name_space);
  if (choice["type"].equals("tool_search")) return tool.kind == ToolKind::search;
  const Value name_space = choice["namespace"];
  if (name_space.is(Kind::string) && !name_space.equals(tool.name_space)) return false;
  return name.equals(tool.name);
}

// A namespace stands for all of its tools. A name without one is the function's; if there is none,
// that of a tool in any.
std::vector<const NamedTool*> chosen(Value choice, const std::vector<ListedTool>& tools) {
  std::vector<const NamedTool*> found;
  const bool is_flat = !choice["namespace"].given() && !choice["type"].equals("namespace");
  for (const ListedTool& tool : tools) {
    if (is_flat && choice["name"].equals(tool.name->function_name)) return {tool.name};
    if (chooses(choice, tool.name->origin)) found.push_back(tool.name);
  }
  return found;
}

// The client forbids the others: then they are not shown, at the cost of the prefix.
void Translator::keep_allowed(Value choice) {
  std::vector<const NamedTool*> kept;
  for (const Value allowed : choice["tools"])
    for (const NamedTool* tool : chosen(allowed, tools_.shown)) kept.push_back(tool);
  std::erase_if(tools_.shown, [&](const ListedTool& tool) {
    return std::ranges::find(kept, tool.name) == kept.end();
  });
}

std::expected<void, chat::Error> Translator::append_named(Value choice) {
  const auto found = chosen(choice, tools_.shown);
  if (found.empty())
    return refuse("tool_choice.name: no tool '" + choice["name"].string() + "' is given");
  append_named_choice(call_.options, found.front()->function_name, profile_);
  return {};
}

std::expected<void, chat::Error> Translator::append_tool_choice() {
  const Value choice = request_.root["tool_choice"];
  const Value type = choice["type"];
  const bool is_named = type.equals("function") || type.equals("custom");
  const bool is_summary = request_.request_class == RequestClass::compaction;
  if (is_named && call_.notice.empty() && !is_summary)
    if (auto named = append_named(choice); !named) return named;
  // Engines refuse a choice where there are no tools.
  if (tools_.shown.empty()) return {};
  const Value mode = type.equals("allowed_tools") ? choice["mode"] : choice;
  // A call would be taken for an empty summary.
  if (is_summary || choice.equals("none")) {
    call_.options += R"(,"tool_choice":"none")";
  } else if (mode.equals("required")) {
    call_.options += R"(,"tool_choice":"required")";
  }
  const Value parallel = request_.root["parallel_tool_calls"];
  if (parallel.is(Kind::boolean) && !parallel.is_true()) {
    call_.one_tool_call = true;
    call_.options += R"(,"parallel_tool_calls":false)";
  }
  return {};
}

void Translator::append_format() {
  if (!tools_.shown.empty() || summary_) return;
  const Value format = request_.root["text"]["format"];
  if (format["type"].equals("json_schema"))
    append_json_schema(call_.options, format["schema"], format["name"]);
  if (format["type"].equals("json_object"))
    call_.options += R"(,"response_format":{"type":"json_object"})";
}

std::expected<ChatCall, chat::Error> Translator::run() {
  tools_ = from_responses::choose_tools(request_, names_);
  // The terminal asks for a title with its editing tool; nothing is to be edited then.
  if (title_) tools_.shown.clear();
  const Value choice = request_.root["tool_choice"];
  if (choice["type"].equals("allowed_tools")) keep_allowed(choice);
  call_.prompt.reserve(request_.body->text.size() + request_.body->text.size() / 16 + 1024);
  write_messages();
  if (call_.blocks.empty()) return refuse("input: at least one item with content is required");
  write_tools();
  // What is no title or summary must not pass for one.
  if (!title_ && !summary_) call_.notice = from_responses::missing_tool_notice(request_, tools_);
  append_template_options(call_, thinking(), profile_);

  const Value& root = request_.root;
  call_.max_tokens = root["max_output_tokens"].integer();
  if (auto chosen = append_tool_choice(); !chosen) return std::unexpected(chosen.error());
  append_format();
  append_number(call_.options, "temperature", root["temperature"]);
  append_number(call_.options, "top_p", root["top_p"]);
  append_effort(call_.options, thinking(), profile_);
  return std::move(call_);
}

}  // namespace

std::expected<ChatCall, chat::Error> to_chat(const responses::Request& request,
                                             const ModelProfile& profile, ToolNames& names) {
  return Translator(request, profile, names).run();
}

}  // namespace translate
