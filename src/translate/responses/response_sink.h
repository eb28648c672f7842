// An answer as an OpenAI response: events with their numbers, or one JSON body. Codex runs a call,
// and keeps a text, the moment its item is done; so no item is done before the whole answer has
// come, and a cut answer leaves nothing behind (cases 12, 44, 52).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/chat/sink.h"
#include "translate/responses/call_arguments.h"
#include "translate/responses/tool_names.h"

namespace translate {

struct ResponseHead {
  std::string id;          // "resp_…"
  int64_t created_at = 0;  // Unix time, seconds
  std::string model{};     // as the client named it
  std::string echo{};      // `"temperature":1,…,`: what the response repeats of the request
  bool encrypted_reasoning = false;  // the client keeps reasoning as encrypted_content
  bool is_compaction = false;        // the whole text becomes one item that stands for the past
};

class ResponseSink final : public chat::BodySink {
 public:
  // Appends whole frames to `events`, which the caller sends and clears; null: only body() counts.
  ResponseSink(ResponseHead head, std::string* events) : head_(std::move(head)), events_(events) {}

  // The tools that the model was shown; before the first block.
  void set_tools(ToolNames names) { names_ = std::move(names); }
  // An event that says that the answer goes on being made.
  void ping();

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

  // Called with the items (a JSON array) of an answer that is whole, before its end goes out.
  std::function<void(std::string_view output)> on_completed;

 private:
  struct Item {
    int index;
    chat::BlockType type;
    std::string id;
    std::string call_id;
    ToolOrigin tool;
    std::string text;  // escaped: what was said, thought, or a call's arguments
    size_t told = 0;   // of a freeform tool's text
  };

  std::string item_id(std::string_view prefix, int index) const;
  std::string encode(const Item& item, std::string_view status) const;
  void append_call(std::string& out, const Item& item) const;
  std::string encode_response(std::string_view status, std::string_view error,
                              std::string_view reason, std::string_view usage) const;
  void announce(const Item& item);
  void emit_delta(std::string_view escaped);
  void part_event(std::string_view name, const Item& item, std::string_view text);
  void conclude(const Item& item);
  void conclude_compaction();
  void add_output(const std::string& item);
  // `{"type":NAME` and the rest of an event; between these its members, each with a comma before.
  void begin_event(std::string_view name);
  void end_event();
  void response_event(std::string_view name, const std::string& response);
  void place(const Item& item);

  ResponseHead head_;
  ToolNames names_;
  std::string* events_;
  int64_t sequence_ = 0;
  bool begun_ = false;
  std::vector<Item> items_;
  // Of the open item:
  FreeformStream freeform_;
  std::string half_;        // of a pair of surrogates, whose other half is still to come
  std::string delta_head_;  // all of a delta's frame before its text
  std::string output_ = "[]";
  std::string body_;
  chat::Error error_;
  bool failed_ = false;
};

}  // namespace translate
