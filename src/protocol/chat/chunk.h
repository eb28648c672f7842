// One chunk of an OpenAI Chat Completions stream, or the whole of a plain answer, as the
// translators see it. All texts are views of JSON string contents, still escaped: they go into the
// other protocol's JSON as they are.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json/document.h"

namespace chat {

struct ToolDelta {
  std::optional<int64_t> index;
  std::string_view id;
  std::string_view name;
  std::string_view arguments;
};

struct Usage {
  int64_t prompt_tokens = 0;
  int64_t completion_tokens = 0;
  int64_t cached_tokens = 0;     // of the prompt
  int64_t reasoning_tokens = 0;  // of the completion, where the server tells
};

struct Chunk {
  std::string_view reasoning;
  std::string_view content;
  std::string_view refusal;
  std::vector<ToolDelta> tools;
  std::string_view finish_reason;
  std::string_view matched_stop;  // vLLM's stop_reason when it is a string
  std::optional<Usage> usage;
  std::optional<std::string> error;  // the upstream's error inside the stream, unescaped
  int error_status = 0;              // its HTTP-like code, if it gave one

  void clear();
};

// Decodes the data of stream events (or a whole chat.completion body). One reader for one stream:
// it remembers the frame around the last plain text delta, which seldom changes, and so takes most
// deltas without parsing them.
class ChunkReader {
 public:
  // False when `data` is not JSON or not a chunk. Views in `chunk` live until the next call and as
  // long as `data`.
  bool read(std::string_view data, Chunk& chunk);

 private:
  bool read_framed(std::string_view data, Chunk& chunk) const;
  void remember_frame(std::string_view data, const Chunk& chunk);
  bool decode(std::string_view data, Chunk& chunk);
  void decode_message(json::Value message, Chunk& chunk);
  ToolDelta decode_tool(json::Value call);
  std::string_view text_of(json::Value content, std::string& storage);

  json::Document document_;
  std::string before_;  // the frame: everything before and after the text of a content delta
  std::string after_;
  std::deque<std::string> arguments_;  // of calls whose arguments came as an object
  std::string mended_;                 // data that was no UTF-8
  std::string content_;                // joined parts, where content is an array
  std::string reasoning_;
};

}  // namespace chat
