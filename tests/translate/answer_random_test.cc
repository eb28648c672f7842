// Chunks in any order, of any kind: whatever comes in, what goes out keeps the grammar (T17), and
// the stream says what the plain answer says.
#include <array>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "translate/answer_fixture.h"

namespace translate {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool rarely() { return below(12) == 0; }

  AnswerOptions start() {
    AnswerOptions start = start_with();
    start.one_tool_call = rarely();
    start.thinking_disabled = rarely();
    start.thinking_prefilled = rarely();
    start.discard_output = below(40) == 0;
    return start;
  }

  std::string stream() {
    std::string sse;
    const int count = below(14);
    for (int i = 0; i < count; ++i) sse += next();
    if (!rarely()) sse += finish(pick(finish_reasons_));
    if (rarely()) sse += next();
    if (!rarely()) sse += done;
    return sse;
  }

 private:
  template <size_t N>
  std::string pick(const std::array<const char*, N>& from) {
    return from[static_cast<size_t>(below(static_cast<int>(N)))];
  }

  std::string next() {
    switch (below(10)) {
      case 0:
      case 1:
        return content(pick(texts_));
      case 2:
        return reasoning(pick(texts_));
      case 3:
      case 4:
      case 5:
        return chunk(R"({"tool_calls":[)" + call() + (rarely() ? "," + call() : "") + "]}");
      case 6:
        return chunk(R"({"content":)" + Json(pick(texts_)).dump() + R"(,"reasoning_content":)" +
                     Json(pick(texts_)).dump() + R"(,"tool_calls":[)" + call() + "]}");
      case 7:
        return R"(data: {"choices":[],"usage":{"prompt_tokens":)" + std::to_string(below(99)) +
               R"(,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":)" +
               std::to_string(below(99)) + "}}}\n\n";
      case 8:
        return rarely() ? "data: " + pick(oddities_) + "\n\n" : chunk(pick(deltas_));
      default:
        return rarely() ? finish(pick(finish_reasons_)) : content(pick(texts_));
    }
  }

  std::string call() {
    Json call = Json::object();
    if (!rarely()) call["index"] = below(3);
    if (below(3) == 0) call["id"] = pick(ids_);
    Json function = Json::object();
    if (below(2) == 0) function["name"] = pick(names_);
    if (below(4) != 0) function["arguments"] = pick(arguments_);
    if (!rarely()) call["function"] = function;
    return call.dump();
  }

  static constexpr std::array finish_reasons_{"stop",   "stop",           "stop", "tool_calls",
                                              "length", "content_filter", "abort"};
  static constexpr std::array texts_{
      "",         " ",    "\n\n", "Hi",   "a\"b\\",      "<thi",           "nk>", "<think>",
      "</think>", "</th", "日本", "ink>", "<tool_call>", "x</think>\n\ny", "\t"};
  static constexpr std::array ids_{"",
                                   "call_0",
                                   "chatcmpl-tool-8f14e45fceea167a",
                                   "chatcmpl-tool-c9f0f895fb98ab91",
                                   "functions.Bash:0",
                                   "ä"};
  static constexpr std::array names_{"", "Read", "Bash", "mcp__", "x__y"};
  static constexpr std::array arguments_{
      "",  "{}",   "{", "}",      "{\"a\":1}", "{\"a\":",          "\"x", "\"", "1", "[",
      "]", "null", " ", "{\"b\"", "\\\"}",     "\xF0\x9F\x98\x80", "}}"};
  static constexpr std::array deltas_{R"({})",
                                      R"({"role":"assistant","content":""})",
                                      R"({"content":null,"tool_calls":null})",
                                      R"({"refusal":"No."})",
                                      R"({"content":[{"type":"text","text":"part"}]})",
                                      R"({"function_call":{"name":"Read","arguments":"{}"}})",
                                      R"({"tool_calls":{}})",
                                      R"({"content":7,"reasoning":{}})"};
  static constexpr std::array oddities_{"{}",
                                        "[]",
                                        "{\"error\":{\"message\":\"out\",\"code\":503}}",
                                        "{\"error\":\"\"}",
                                        "<html>",
                                        "{\"choices\":[]}",
                                        "{\"choices\":{}}",
                                        "{\"choices\":[null]}"};

  std::mt19937 random_;
};

TEST(AnswerStream, KeepsTheGrammarWhateverComes) {
  for (unsigned seed = 0; seed < 10000; ++seed) {
    Generator generator(seed);
    const AnswerOptions start = generator.start();
    const std::string sse = generator.stream();
    const std::string made = events_of(whole(sse), start);
    const std::string streamed = outline(joined(made));
    const std::string plain = outline(message_of(whole(sse), start));
    EXPECT_EQ(streamed, plain);
    if (HasFailure()) FAIL() << "seed " << seed << ":\n" << sse;
  }
}

TEST(AnswerStream, DoesNotDependOnCutsWhateverComes) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    Generator generator(seed);
    const AnswerOptions start = generator.start();
    const std::string sse = generator.stream();
    ASSERT_EQ(events_of(random_cuts(sse, seed), start), events_of(whole(sse), start)) << sse;
  }
}

}  // namespace
}  // namespace translate
