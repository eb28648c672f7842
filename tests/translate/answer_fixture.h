// Upstream streams written as text, and what becomes of them.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/anthropic/error.h"
#include "protocol/anthropic/sink.h"
#include "protocol/chat/chunk.h"
#include "protocol/sse/parser.h"
#include "translate/answer.h"
#include "translate/answer_grammar.h"

namespace translate {

inline AnswerOptions start_with() {
  return {.start = {.id = "msg_0a1b2c3d", .model = "claude-local", .input_tokens = 7}};
}

// What the gateway's relay does between the socket and the translator.
class Replay {
 public:
  Replay(chat::Sink& sink, AnswerOptions start) : stream(sink, std::move(start)) {}

  void feed(std::string_view bytes) {
    if (stream.ended()) return;
    const bool fits = parser_.feed(bytes, [this](const sse::Event& event) {
      take(event.data);
      return !stream.ended();
    });
    if (!fits) stream.fail({chat::ErrorKind::server, "too long"});
  }
  void take(std::string_view data) {
    if (data == "[DONE]") {
      stream.finish();
    } else if (!reader_.read(data, chunk_)) {
      stream.fail({chat::ErrorKind::server, "no chat completion"});
    } else {
      stream.on(chunk_);
    }
  }

  AnswerStream stream;

 private:
  sse::Parser parser_;
  chat::ChunkReader reader_;
  chat::Chunk chunk_;
};

using Feed = std::function<void(Replay&)>;

// The events, grammar-checked.
inline std::string events_of(const Feed& feed, const AnswerOptions& start = start_with()) {
  std::string out;
  anthropic::EventSink sink(out);
  Replay replay(sink, start);
  feed(replay);
  replay.stream.finish();
  const auto fault = GrammarChecker::fault(out, start.discard_output);
  EXPECT_FALSE(fault) << *fault << "\n" << out;
  return out;
}

// The plain answer: a message, or {"error":{"type":…,"message":…}}.
inline Json message_of(const Feed& feed, const AnswerOptions& start = start_with()) {
  anthropic::MessageSink sink;
  Replay replay(sink, start);
  feed(replay);
  replay.stream.finish();
  if (const chat::Error* error = sink.failure())
    return {{"error", {{"type", anthropic::error_type(error->kind)}, {"message", error->message}}}};
  std::string mended;
  json::append_without_lone_surrogates(mended, sink.body());
  Json message = Json::parse(mended, nullptr, false);
  EXPECT_FALSE(message.is_discarded()) << sink.body();
  return message;
}

inline Feed whole(std::string_view sse) {
  return [sse](Replay& replay) { replay.feed(sse); };
}
inline Feed byte_by_byte(std::string_view sse) {
  return [sse](Replay& replay) {
    for (const char& byte : sse) replay.feed({&byte, 1});
  };
}
inline Feed random_cuts(std::string_view sse, unsigned seed) {
  return [sse, seed](Replay& replay) {
    std::mt19937 random(seed);
    for (size_t at = 0; at < sse.size();) {
      const size_t size = 1 + random() % (1 + random() % 200);
      replay.feed(sse.substr(at, size));
      at += size;
    }
  };
}

// A client's view of a stream: the blocks joined, as the plain answer has them.
inline Json joined(const std::string& sse) {
  const auto frames = read_frames(sse);
  if (!frames) return "malformed";
  Json message;
  std::string input;
  for (const auto& [event, data] : *frames) {
    if (event == "message_start") message = data["message"];
    if (event == "error") return {{"error", data["error"]}};
    if (event == "content_block_start") {
      message["content"].push_back(data["content_block"]);
      input.clear();
    }
    if (event == "content_block_delta") {
      Json& block = message["content"].back();
      for (const auto& [key, value] : data["delta"].items()) {
        if (key == "partial_json") input += value.get<std::string>();
        if (block.contains(key) && key != "type")
          block[key] = block[key].get<std::string>() + value.get<std::string>();
      }
    }
    if (event == "content_block_stop" && message["content"].back()["type"] == "tool_use") {
      const Json parsed = Json::parse(input, nullptr, false);
      message["content"].back()["input"] =
          parsed.is_object()
              ? parsed
              : Json{{"__unparsedToolInput", {{"raw", input}, {"len", input.size()}}}};
    }
    if (event == "message_delta") {
      message.update(data["delta"]);
      message["usage"] = data["usage"];
    }
  }
  return message;
}

// One chunk, as vLLM writes it, around a delta's JSON.
inline std::string chunk(const std::string& delta, const std::string& finish_reason = "null",
                         const std::string& more = "") {
  return R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",)"
         R"("choices":[{"index":0,"delta":)" +
         delta + R"(,"logprobs":null,"finish_reason":)" + finish_reason + more + "}]}\n\n";
}
inline std::string content(const std::string& text) {
  return chunk(R"({"content":)" + Json(text).dump() + "}");
}
inline std::string reasoning(const std::string& text) {
  return chunk(R"({"reasoning":)" + Json(text).dump() + "}");
}
// `call` is the inside of one element of tool_calls.
inline std::string tool(const std::string& call) {
  return chunk(R"({"tool_calls":[{)" + call + "}]}");
}
inline std::string named(int index, const std::string& id, const std::string& name,
                         const std::string& arguments = "") {
  return tool(R"("index":)" + std::to_string(index) + R"(,"id":")" + id +
              R"(","type":"function","function":{"name":")" + name + R"(","arguments":)" +
              Json(arguments).dump() + "}");
}
inline std::string arguments(int index, const std::string& text) {
  return tool(R"("index":)" + std::to_string(index) + R"(,"function":{"arguments":)" +
              Json(text).dump() + "}");
}
inline std::string finish(const std::string& reason) {
  return chunk("{}", "\"" + reason + "\"");
}
inline const std::string done = "data: [DONE]\n\n";

// "text:Hi | tool_use:Read{"a":1} | end_turn"
inline std::string outline(const Json& message) {
  if (message.contains("error")) return "error:" + message["error"]["type"].get<std::string>();
  std::string line;
  for (const Json& block : message["content"]) {
    const std::string type = block["type"];
    line += type + ":";
    if (type == "tool_use") {
      line += block["name"].get<std::string>() + block["input"].dump();
    } else {
      line += block[type].get<std::string>();
    }
    line += " | ";
  }
  return line + message["stop_reason"].get<std::string>();
}
// The same of both forms of answer.
inline std::string told(const std::string& sse, const AnswerOptions& start = start_with()) {
  const std::string plain = outline(message_of(whole(sse), start));
  const std::string streamed = outline(joined(events_of(whole(sse), start)));
  EXPECT_EQ(streamed, plain) << "the stream and the plain answer differ";
  return streamed;
}

}  // namespace translate
