// Where a message in the making goes: as server-sent events into a buffer, or collected into the
// JSON of a plain answer. Texts are JSON string contents, already escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/anthropic/error.h"

namespace anthropic {

enum class BlockType { text, thinking, tool_use };

struct Usage {
  int64_t input_tokens = 0;  // without the cached ones
  int64_t cache_read_input_tokens = 0;
  int64_t output_tokens = 0;
};

struct MessageStart {
  std::string id;
  std::string model;  // as the client named it
  int64_t input_tokens = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void message_start(const MessageStart& start) = 0;
  // `id` and `name` are a tool call's.
  virtual void block_start(int index, BlockType type, std::string_view id,
                           std::string_view name) = 0;
  virtual void delta(std::string_view escaped) = 0;  // of the open block
  virtual void signature(std::string_view signature) = 0;
  virtual void block_stop() = 0;
  virtual void message_end(std::string_view stop_reason, std::string_view stop_sequence,
                           const Usage& usage) = 0;
  virtual void error(const Error& error) = 0;
};

// Appends whole frames to the buffer that the caller sends and clears.
class EventSink final : public Sink {
 public:
  explicit EventSink(std::string& out) : out_(out) {}
  void message_start(const MessageStart& start) override;
  void block_start(int index, BlockType type, std::string_view id, std::string_view name) override;
  void delta(std::string_view escaped) override;
  void signature(std::string_view signature) override;
  void block_stop() override;
  void message_end(std::string_view stop_reason, std::string_view stop_sequence,
                   const Usage& usage) override;
  void error(const Error& error) override;

 private:
  std::string& out_;
  std::string delta_head_;  // of the open block: all of a delta's frame before its text
  std::string index_;
};

constexpr std::string_view ping_event = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

// Collects; body() is the message once message_end came, and failed() tells whether error came.
class MessageSink final : public Sink {
 public:
  void message_start(const MessageStart& start) override;
  void block_start(int index, BlockType type, std::string_view id, std::string_view name) override;
  void delta(std::string_view escaped) override;
  void signature(std::string_view signature) override;
  void block_stop() override;
  void message_end(std::string_view stop_reason, std::string_view stop_sequence,
                   const Usage& usage) override;
  void error(const Error& error) override;

  const std::string& body() const { return body_; }
  const Error* failure() const { return failed_ ? &error_ : nullptr; }

 private:
  void append_tool_input();

  std::string body_;
  std::string text_;
  std::string signature_;
  BlockType type_ = BlockType::text;
  Error error_;
  bool failed_ = false;
};

}  // namespace anthropic
