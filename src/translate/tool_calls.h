// Sorts the fragments of an answer's tool calls: which call each belongs to, and which call may be
// sent now, for a message has one block open at a time. Servers differ: several calls under one
// index, no index, ids and names repeated, fragments interleaved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/chat/chunk.h"

namespace translate {

struct ToolCall {
  std::optional<int64_t> index;
  std::string upstream_id;
  std::string id;  // the client's: unique, of legal characters
  std::string name;
  std::string arguments;  // escaped, all so far
  size_t sent = 0;        // of arguments
  bool opened = false;
  bool dropped = false;  // the client allows one call, and this is another
  bool closed = false;   // sent whole, or dropped
};

class ToolCalls {
 public:
  // `id_seed` is unique among messages; made ids begin with it.
  explicit ToolCalls(std::string id_seed) : id_seed_(std::move(id_seed)) {}

  void add(const chat::ToolDelta& delta, bool only_first);
  // The first call that is not closed, if any.
  ToolCall* current();
  // A later call waits for the current one to end.
  bool others_wait() const;
  // Of those that go out.
  size_t count() const;

 private:
  ToolCall* find(const chat::ToolDelta& delta);
  bool is_taken(std::string_view id) const;
  std::string client_id(std::string_view upstream_id) const;

  std::string id_seed_;
  std::vector<ToolCall> calls_;
  size_t current_ = 0;
};

// The arguments so far are one whole JSON value.
bool is_complete(const ToolCall& call);
// What closes the arguments' open brackets, where that makes them whole; empty when they are whole,
// or broken off inside a string: a cut text must not run as if it were all.
std::string closing_brackets(const ToolCall& call);
// The arguments begin as JSON and end inside a string or an open bracket. A freeform tool's text
// may come as it is, with brackets of any kind.
bool breaks_off(const ToolCall& call);

}  // namespace translate
