#include "translate/anthropic/request.h"

#include "translate/anthropic/content.h"
#include "translate/anthropic/messages.h"
#include "translate/anthropic/options.h"
#include "translate/anthropic/tools.h"

namespace translate {
namespace {

using json::Value;

void find_pdfs(Value content, std::vector<std::string_view>& found) {
  if (!content.is(json::Kind::array)) return;
  for (const Value block : content) {
    const Value source = block["source"];
    if (block["type"].equals("document") && source["media_type"].equals("application/pdf"))
      if (const std::string_view data = source["data"].escaped(); !data.empty())
        found.push_back(data);
    find_pdfs(block["content"], found);
  }
}

}  // namespace

std::vector<std::string_view> pdf_documents(const anthropic::Request& request) {
  std::vector<std::string_view> found;
  for (const Value message : request.messages) find_pdfs(message["content"], found);
  return found;
}

std::expected<ChatCall, chat::Error> to_chat(const anthropic::Request& request,
                                             const ModelProfile& profile,
                                             const DocumentTexts& documents) {
  ChatCall call;
  call.prompt.reserve(request.body.size() + request.body.size() / 16 + 1024);
  Texts texts;
  ChatWriter writer(call, profile, texts);
  from_anthropic::Content content(profile, documents, texts);
  from_anthropic::Conversation conversation(writer, content, texts);
  conversation.write(request.system, request.messages);
  if (writer.empty())
    return std::unexpected(
        chat::Error{.kind = chat::ErrorKind::invalid_request,
                    .message = "messages: at least one message with content is required"});

  const from_anthropic::ToolList tools = from_anthropic::choose_tools(request);
  if (!tools.shown.empty()) {
    call.prompt += ',';
    const size_t begin = call.prompt.size();
    from_anthropic::append_tools(call.prompt, tools.shown);
    call.blocks.insert(call.blocks.begin(), {"tools", begin, call.prompt.size()});
  }
  call.notice = from_anthropic::missing_tool_notice(request, tools);
  from_anthropic::append_template_options(call, request, profile);
  if (conversation.ends_in_prefill() && profile.engine == Engine::vllm)
    call.prompt += R"(,"add_generation_prompt":false,"continue_final_message":true)";
  if (auto filled = from_anthropic::append_options(call, request, profile, tools); !filled)
    return std::unexpected(filled.error());
  return call;
}

}  // namespace translate
