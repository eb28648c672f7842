// What a model server's error answer means: for the client, and for another try. Pure.
#pragma once

#include <string_view>

#include "protocol/chat/error.h"

namespace translate {

enum class Remedy {
  none,
  fold_system,     // the template wants its system message first, and only there
  merge_roles,     // the template wants user and assistant to alternate
  drop_priority,   // the engine does not schedule by priority
  drop_reasoning,  // the template refuses earlier reasoning
};

struct UpstreamError {
  chat::Error error;
  std::string said{};  // the server's own words
  Remedy remedy = Remedy::none;
};

// `body` is the answer of an HTTP error (vLLM's, llama.cpp's and FastAPI's shapes, or any text);
// `window` is the context length for the overflow message, 0 when unknown.
UpstreamError read_upstream_error(int status, std::string_view body, int64_t window);

// Of an error event inside an answer.
chat::Error stream_error(int status, const std::string& message);

// The client's wording for a prompt that does not fit: Claude Code compacts when it reads this.
chat::Error prompt_too_long(int64_t tokens, int64_t window);

}  // namespace translate
