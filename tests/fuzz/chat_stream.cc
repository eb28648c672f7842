// Any bytes of a model server: the client's stream keeps its grammar, and does not depend on where
// the bytes are cut. The first byte chooses the options, the second the cuts.
#include <string>

#include "fuzz/expect.h"
#include "protocol/anthropic/sink.h"
#include "protocol/chat/chunk.h"
#include "protocol/sse/parser.h"
#include "translate/answer.h"
#include "translate/answer_grammar.h"

namespace {

translate::AnswerOptions start(unsigned options) {
  return {.start = {.id = "msg_0a1b2c3d", .model = "claude-local", .input_tokens = 7},
          .one_tool_call = (options & 1) != 0,
          .thinking_disabled = (options & 2) != 0,
          .thinking_prefilled = (options & 4) != 0,
          .discard_output = (options & 8) != 0};
}

void replay(chat::Sink& sink, unsigned options, std::string_view bytes, size_t step) {
  translate::AnswerStream stream(sink, start(options));
  sse::Parser parser;
  chat::ChunkReader reader;
  chat::Chunk chunk;
  const auto take = [&](const sse::Event& event) {
    if (event.data == "[DONE]") {
      stream.finish();
    } else if (!reader.read(event.data, chunk)) {
      stream.fail({chat::ErrorKind::server, "no chat completion"});
    } else {
      stream.on(chunk);
    }
    return !stream.ended();
  };
  for (size_t at = 0; at < bytes.size() && !stream.ended(); at += step)
    parser.feed(bytes.substr(at, step), take);
  stream.finish();
}

std::string events(unsigned options, std::string_view bytes, size_t step) {
  std::string out;
  anthropic::EventSink sink(out);
  replay(sink, options, bytes, step);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 2) return 0;
  const unsigned options = data[0];
  const std::string_view bytes = text_of(data + 2, size - 2);
  const std::string whole = events(options, bytes, bytes.size() + 1);
  const auto fault = translate::GrammarChecker::fault(whole, (options & 8) != 0);
  expect(!fault, fault.value_or("") + "\n" + whole);
  expect(events(options, bytes, size_t{data[1]} % 64 + 1) == whole, "cuts matter");

  anthropic::MessageSink message;
  replay(message, options, bytes, bytes.size() + 1);
  if (message.failure() != nullptr) return 0;
  json::Document document;
  expect(!document.parse(message.body()), "the plain answer is no JSON: " + message.body());
  expect(json::is_utf8(message.body()), "the plain answer is not UTF-8");
  return 0;
}
