#include "protocol/chat/chunk.h"

#include "protocol/json/text.h"

namespace chat {
namespace {

Usage decode_usage(json::Value usage) {
  Usage result;
  result.prompt_tokens = usage["prompt_tokens"].integer().value_or(0);
  result.completion_tokens = usage["completion_tokens"].integer().value_or(0);
  result.cached_tokens = usage["prompt_tokens_details"]["cached_tokens"].integer().value_or(0);
  result.reasoning_tokens =
      usage["completion_tokens_details"]["reasoning_tokens"].integer().value_or(0);
  return result;
}

void decode_error(json::Value error, Chunk& chunk) {
  const json::Value message = error.is(json::Kind::object) ? error["message"] : error;
  chunk.error = message.is(json::Kind::string) ? message.string() : std::string(error.raw());
  if (chunk.error->empty()) chunk.error = "the model server reported an error without a text";
  chunk.error_status = static_cast<int>(error["code"].integer().value_or(0));
}

}  // namespace

void Chunk::clear() {
  reasoning = content = refusal = finish_reason = matched_stop = {};
  tools.clear();
  usage.reset();
  error.reset();
  error_status = 0;
}

bool ChunkReader::read(std::string_view data, Chunk& chunk) {
  chunk.clear();
  arguments_.clear();
  if (read_framed(data, chunk)) return true;
  if (!decode(data, chunk)) return false;
  remember_frame(data, chunk);
  return true;
}

bool ChunkReader::read_framed(std::string_view data, Chunk& chunk) const {
  if (before_.empty() || data.size() < before_.size() + after_.size()) return false;
  if (!data.starts_with(before_) || !data.ends_with(after_)) return false;
  const std::string_view text =
      data.substr(before_.size(), data.size() - before_.size() - after_.size());
  // Anything that may end the string or need care is left to the parser.
  if (json::find_special(text, 0) != text.size() || !json::is_utf8(text)) return false;
  chunk.content = text;
  return true;
}

void ChunkReader::remember_frame(std::string_view data, const Chunk& chunk) {
  const bool plain = !chunk.content.empty() && chunk.reasoning.empty() && chunk.refusal.empty() &&
                     chunk.tools.empty() && chunk.finish_reason.empty() && !chunk.usage &&
                     !chunk.error && chunk.content.data() > data.data() &&
                     chunk.content.data() < data.data() + data.size();
  if (!plain) return;
  const auto at = static_cast<size_t>(chunk.content.data() - data.data());
  before_ = data.substr(0, at);
  after_ = data.substr(at + chunk.content.size());
}

bool ChunkReader::decode(std::string_view data, Chunk& chunk) {
  if (document_.parse(data)) {
    mended_ = data;
    if (document_.parse_mended(mended_)) return false;
  }
  const json::Value root = document_.root();
  if (!root.is(json::Kind::object)) return false;
  if (root["error"].given()) decode_error(root["error"], chunk);
  // vLLM's older form has no member of that name.
  if (root["object"].equals("error")) decode_error(root, chunk);
  if (root["usage"].given()) chunk.usage = decode_usage(root["usage"]);
  const json::Value choices = root["choices"];
  if (choices.size() == 0) return chunk.usage || chunk.error || choices;
  const json::Value choice = *choices.begin();
  decode_message(choice[choice["delta"].given() ? "delta" : "message"], chunk);
  chunk.finish_reason = choice["finish_reason"].escaped();
  chunk.matched_stop = choice["stop_reason"].escaped();
  return true;
}

ToolDelta ChunkReader::decode_tool(json::Value call) {
  const json::Value function = call["function"];
  ToolDelta delta;
  delta.index = call["index"].integer();
  delta.id = call["id"].escaped();
  delta.name = function["name"].escaped();
  const json::Value arguments = function["arguments"];
  delta.arguments = arguments.escaped();
  // Some servers send the arguments themselves in place of their text.
  if (arguments.is(json::Kind::object)) {
    json::append_escaped(arguments_.emplace_back(), arguments.raw());
    delta.arguments = arguments_.back();
  }
  return delta;
}

void ChunkReader::decode_message(json::Value message, Chunk& chunk) {
  chunk.content = text_of(message["content"], content_);
  // vLLM renamed reasoning_content to reasoning; servers that send both send the same text twice.
  for (const char* name : {"reasoning", "reasoning_content", "reasoning_details"})
    if (chunk.reasoning.empty()) chunk.reasoning = text_of(message[name], reasoning_);
  chunk.refusal = message["refusal"].escaped();
  for (const json::Value call : message["tool_calls"]) chunk.tools.push_back(decode_tool(call));
  const json::Value legacy = message["function_call"];
  if (legacy.is(json::Kind::object))
    chunk.tools.push_back({0, {}, legacy["name"].escaped(), legacy["arguments"].escaped()});
}

std::string_view ChunkReader::text_of(json::Value content, std::string& storage) {
  if (content.is(json::Kind::string)) return content.escaped();
  if (!content.is(json::Kind::array)) return {};
  storage.clear();
  for (const json::Value part : content) part["text"].append_escaped(storage);
  return storage;
}

}  // namespace chat
