// Where an answer in the making goes: the client's protocol, as events or as one body. Texts are
// JSON string contents, already escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/chat/chunk.h"
#include "protocol/chat/error.h"

namespace chat {

enum class BlockType { text, reasoning, tool_call };

struct AnswerStart {
  std::string id;
  std::string model;  // as the client named it
  int64_t input_tokens = 0;
};

// Called in this order: start; blocks numbered from 0, one open at a time; end or error.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void start(const AnswerStart& start) = 0;
  // `id` and `name` are a tool call's.
  virtual void block_start(int index, BlockType type, std::string_view id,
                           std::string_view name) = 0;
  virtual void delta(std::string_view escaped) = 0;  // of the open block
  virtual void block_stop() = 0;
  // `stop_reason` is one of end_turn, tool_use, max_tokens, stop_sequence, refusal (the model's)
  // and content_filter (the server's).
  virtual void end(std::string_view stop_reason, std::string_view stop_sequence,
                   const Usage& usage) = 0;
  virtual void error(const Error& error) = 0;
};

// Collects a plain answer.
class BodySink : public Sink {
 public:
  // Once end() came.
  virtual const std::string& body() const = 0;
  // Once error() came; else null.
  virtual const Error* failure() const = 0;
};

}  // namespace chat
