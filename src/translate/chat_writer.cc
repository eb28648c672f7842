#include "translate/chat_writer.h"

#include <utility>

#include "protocol/json/text.h"

namespace translate {
namespace {

constexpr std::string_view reminder = "<system-reminder>";

}  // namespace

void ChatWriter::end() {
  flush_user();
  out_ += ']';
}

void ChatWriter::leading_system(const Parts& parts) {
  if (parts.empty()) return;
  open("system");
  out_ += R"("content":)";
  append_content(out_, parts);
  close();
}

void ChatWriter::inner_system(std::string text) {
  if (text.empty()) return;
  if (profile_.inline_system || empty()) {
    flush_user();
    open("system");
    out_ += R"("content":")" + text + '"';
    close();
    return;
  }
  if (!text.starts_with(reminder))
    text = std::string(reminder) + "\\n" + text + "\\n</system-reminder>";
  add_user({{.text = texts_.keep(std::move(text))}}, true);
}

void ChatWriter::assistant(const AssistantTurn& turn) {
  const bool reasoning = profile_.reasoning_history && !turn.reasoning.empty();
  if (turn.text.empty() && turn.calls.empty() && !reasoning) return;
  flush_user();
  open("assistant");
  out_ += R"("content":)";
  if (turn.text.empty() && !turn.calls.empty()) {
    out_ += "null";
  } else {
    append_content(out_, turn.text);
  }
  if (reasoning) {
    out_ += profile_.engine == Engine::vllm ? R"(,"reasoning":")" : R"(,"reasoning_content":")";
    append_text(out_, turn.reasoning);
    out_ += '"';
  }
  if (!turn.calls.empty()) {
    out_ += R"(,"tool_calls":[)";
    for (const PastCall& call : turn.calls) {
      out_ += R"({"id":")" + call.id + R"(","type":"function","function":{"name":")";
      out_ += call.name;
      out_ += R"(","arguments":")";
      out_ += call.arguments;
      out_ += R"("}},)";
    }
    out_.back() = ']';
  }
  close();
}

void ChatWriter::tool(std::string_view call_id, Parts parts) {
  take_images(parts, images_, texts_);
  open("tool");
  out_ += R"("tool_call_id":")";
  out_ += call_id;
  out_ += R"(","content":)";
  append_content(out_, parts);
  close();
}

void ChatWriter::end_results() {
  if (images_.empty()) return;
  images_.insert(images_.begin(), {.text = "Images of the tool results above, in their order:"});
  add_user(images_, false);
  images_.clear();
}

void ChatWriter::add_user(const Parts& parts, bool folded) {
  if (!profile_.merge_same_role && !folded && !pending_folded_) flush_user();
  pending_.insert(pending_.end(), parts.begin(), parts.end());
  pending_folded_ = folded;
}

void ChatWriter::flush_user() {
  if (pending_.empty()) return;
  open("user");
  out_ += R"("content":)";
  append_content(out_, pending_);
  close();
  pending_.clear();
  pending_folded_ = false;
}

void ChatWriter::open(std::string_view role) {
  if (!call_.blocks.empty()) out_ += ',';
  call_.blocks.push_back({role, out_.size(), 0});
  out_ += R"({"role":")";
  out_ += role;
  out_ += "\",";
}

void ChatWriter::close() {
  out_ += '}';
  call_.blocks.back().end = out_.size();
}

}  // namespace translate
