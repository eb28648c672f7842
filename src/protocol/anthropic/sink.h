// A message in the making, as server-sent events in a buffer or as the JSON of a plain answer.
#pragma once

#include <string>
#include <string_view>

#include "protocol/chat/sink.h"

namespace anthropic {

// Appends whole frames to the buffer that the caller sends and clears.
class EventSink final : public chat::Sink {
 public:
  explicit EventSink(std::string& out) : out_(out) {}
  void start(const chat::AnswerStart& start) override;
  void block_start(int index, chat::BlockType type, std::string_view id,
                   std::string_view name) override;
  void delta(std::string_view escaped) override;
  void block_stop() override;
  void end(std::string_view stop_reason, std::string_view stop_sequence,
           const chat::Usage& usage) override;
  void error(const chat::Error& error) override;

 private:
  std::string& out_;
  std::string delta_head_;  // of the open block: all of a delta's frame before its text
  std::string index_;
  chat::BlockType type_ = chat::BlockType::text;
};

constexpr std::string_view ping_event = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

// Collects; body() is the message once end() came, and failure() the error if there was one.
class MessageSink final : public chat::BodySink {
 public:
  void start(const chat::AnswerStart& start) override;
  void block_start(int index, chat::BlockType type, std::string_view id,
                   std::string_view name) override;
  void delta(std::string_view escaped) override;
  void block_stop() override;
  void end(std::string_view stop_reason, std::string_view stop_sequence,
           const chat::Usage& usage) override;
  void error(const chat::Error& error) override;

  const std::string& body() const override { return body_; }
  const chat::Error* failure() const override { return failed_ ? &error_ : nullptr; }

 private:
  void append_tool_input();

  std::string body_;
  std::string text_;
  chat::BlockType type_ = chat::BlockType::text;
  chat::Error error_;
  bool failed_ = false;
};

}  // namespace anthropic
