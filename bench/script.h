// What the scripted upstream says: a streamed answer shaped as vLLM's, rendered once, each event in
// an HTTP chunk of its own.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

inline std::string http_chunk(std::string_view payload) {
  std::array<char, 16> size{};
  const auto n = std::snprintf(size.data(), size.size(), "%zx\r\n", payload.size());
  return std::string(size.data(), n).append(payload).append("\r\n");
}

inline std::string http_answer(std::string_view status, std::string_view body) {
  return std::string("HTTP/1.1 ")
      .append(status)
      .append("\r\nserver: uvicorn\r\ncontent-type: application/json\r\ncontent-length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
}

// JSON-escaped pieces of text; the rarer ones make a reader decode escapes and UTF-8.
inline constexpr std::array words = std::to_array<std::string_view>({" the",
                                                                     " a",
                                                                     " stream",
                                                                     " of",
                                                                     " deltas",
                                                                     " is",
                                                                     " read",
                                                                     " by",
                                                                     " proxy",
                                                                     ",",
                                                                     " which",
                                                                     " turns",
                                                                     " each",
                                                                     " into",
                                                                     " another",
                                                                     " event",
                                                                     ".",
                                                                     " It",
                                                                     " must",
                                                                     " not",
                                                                     " hold",
                                                                     " any",
                                                                     " back",
                                                                     " so",
                                                                     " that",
                                                                     " people",
                                                                     " see",
                                                                     " text",
                                                                     " as",
                                                                     " soon",
                                                                     " model",
                                                                     " writes",
                                                                     "\\n",
                                                                     " \\\"",
                                                                     "name",
                                                                     "\\\"",
                                                                     " (",
                                                                     "id",
                                                                     ")",
                                                                     ":",
                                                                     " return",
                                                                     " value",
                                                                     ";",
                                                                     "\\n\\n",
                                                                     "    ",
                                                                     "if",
                                                                     " na\303\257ve",
                                                                     " \342\206\222",
                                                                     " caf\303\251",
                                                                     "\344\270\226\347\225\214",
                                                                     " 42",
                                                                     "\\t",
                                                                     " C:\\\\",
                                                                     " end",
                                                                     " of",
                                                                     " line",
                                                                     " token",
                                                                     " after",
                                                                     " token"});

class Script {
 public:
  struct Run {
    std::string_view bytes;
    std::size_t count = 0;
  };

  // `deltas`: how many content deltas each answer has.
  explicit Script(std::size_t deltas) : deltas_(deltas) {
    prologue_ =
        "HTTP/1.1 200 OK\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
        "transfer-encoding: chunked\r\n\r\n" +
        choice(R"("delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null)");
    epilogue_ = choice(R"("delta":{"content":""},"logprobs":null,"finish_reason":"stop",)"
                       R"("stop_reason":null,"token_ids":null)") +
                http_chunk(opening("chat.completion.chunk", "data: ") + R"("choices":[],)" +
                           usage() + "}\n\n") +
                http_chunk("data: [DONE]\n\n") + "0\r\n\r\n";
    render_ring();
  }

  std::size_t deltas() const { return deltas_; }
  std::string_view prologue() const { return prologue_; }
  std::string_view epilogue() const { return epilogue_; }

  // Deltas from number `first` on: `count` of them, or fewer where the ring ends.
  Run run(std::size_t first, std::size_t count) const {
    const auto from = first % ring_size;
    const auto taken = std::min(count, ring_size - from);
    return {std::string_view(ring_).substr(starts_[from], starts_[from + taken] - starts_[from]),
            taken};
  }

  std::string whole() const {
    std::string text = prologue_;
    for (std::size_t i = 0; i < deltas_; ++i) text += run(i, 1).bytes;
    return text + epilogue_;
  }

  std::string unstreamed() const {
    return opening("chat.completion", "") +
           R"("choices":[{"index":0,"message":{"role":"assistant","content":"ok"},)"
           R"("logprobs":null,"finish_reason":"stop"}],)" +
           usage() + "}";
  }

 private:
  static constexpr std::size_t ring_size = 509;

  static std::string opening(std::string_view object, std::string_view prefix) {
    return std::string(prefix) + R"({"id":"chatcmpl-7f3c9a51d2e84b06b1f05a7c3e9d8241","object":")" +
           std::string(object) + R"(","created":1760000000,"model":"bench-model",)";
  }

  static std::string choice(std::string_view fields) {
    return http_chunk(opening("chat.completion.chunk", "data: ") + R"("choices":[{"index":0,)" +
                      std::string(fields) + "}]}\n\n");
  }

  std::string usage() const {
    return R"("usage":{"prompt_tokens":20000,"total_tokens":)" + std::to_string(20000 + deltas_) +
           R"(,"completion_tokens":)" + std::to_string(deltas_) +
           R"(,"prompt_tokens_details":{"cached_tokens":19968}})";
  }

  void render_ring() {
    for (std::size_t i = 0; i < ring_size; ++i) {
      starts_.push_back(ring_.size());
      const auto word = words[(i * 31 + i / 7) % words.size()];
      ring_ += choice(R"("delta":{"content":")" + std::string(word) +
                      R"("},"logprobs":null,"finish_reason":null,"token_ids":null)");
    }
    starts_.push_back(ring_.size());
  }

  std::size_t deltas_;
  std::string prologue_;
  std::string epilogue_;
  std::string ring_;
  std::vector<std::size_t> starts_;
};

}  // namespace bench
