// Any bytes of a model server: Codex' stream keeps its grammar, does not depend on where the bytes
// are cut, and ends as the plain answer. The first byte chooses the options, the second the cuts.
#include <string>

#include "fuzz/expect.h"
#include "protocol/chat/chunk.h"
#include "protocol/sse/parser.h"
#include "translate/answer.h"
#include "translate/responses/response_sink.h"
#include "translate/responses_grammar.h"

namespace {

using translate::ResponseSink;
using translate::from_responses::ResponseGrammar;

translate::ResponseHead head(unsigned options) {
  return {.id = "resp_0a1b2c3d",
          .created_at = 1,
          .model = "local",
          .echo = R"("tools":[],)",
          .encrypted_reasoning = (options & 8) != 0,
          .is_compaction = (options & 16) != 0};
}

void replay(ResponseSink& sink, unsigned options, std::string_view bytes, size_t step) {
  translate::ToolNames names;
  for (const char* custom : {"exec", "apply_patch"})
    names.add({translate::ToolKind::custom, "", custom});
  names.add({translate::ToolKind::search, "", "tool_search"});
  names.add({translate::ToolKind::function, "mcp__n", "add"});
  sink.set_tools(std::move(names));
  translate::AnswerStream stream(sink, {.start = {.id = "resp_0a1b2c3d", .model = "local"},
                                        .call_prefix = "call_",
                                        .one_tool_call = (options & 1) != 0,
                                        .thinking_disabled = (options & 2) != 0,
                                        .thinking_prefilled = (options & 4) != 0,
                                        .whole_or_error = true});
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
  ResponseSink sink(head(options), &out);
  replay(sink, options, bytes, step);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  if (size < 2) return 0;
  const unsigned options = data[0];
  const std::string_view bytes = text_of(data + 2, size - 2);
  const std::string whole = events(options, bytes, bytes.size() + 1);
  const auto fault = ResponseGrammar::fault(whole);
  expect(!fault, fault.value_or("") + "\n" + whole);
  expect(events(options, bytes, size_t{data[1]} % 64 + 1) == whole, "cuts matter");

  ResponseSink plain(head(options), nullptr);
  replay(plain, options, bytes, bytes.size() + 1);
  const bool failed = whole.find("event: response.failed\n") != whole.npos;
  expect(failed == (plain.failure() != nullptr), "the plain answer ends otherwise");
  if (!failed)
    expect(whole.find(R"(,"response":)" + plain.body()) != whole.npos, "the plain answer differs");
  return 0;
}
