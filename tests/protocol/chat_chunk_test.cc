#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/chat/chunk.h"
#include "protocol/json/text.h"

namespace chat {
namespace {

// All that a chunk says, with owned texts.
std::string said(bool taken, const Chunk& chunk) {
  if (!taken) return "refused";
  std::string all =
      "content=" + std::string(chunk.content) + " reasoning=" + std::string(chunk.reasoning) +
      " refusal=" + std::string(chunk.refusal) + " finish=" + std::string(chunk.finish_reason) +
      " stop=" + std::string(chunk.matched_stop);
  for (const ToolDelta& tool : chunk.tools)
    all += " tool=" + (tool.index ? std::to_string(*tool.index) : "-") + "," +
           std::string(tool.id) + "," + std::string(tool.name) + "," + std::string(tool.arguments);
  if (chunk.usage)
    all += " usage=" + std::to_string(chunk.usage->prompt_tokens) + "," +
           std::to_string(chunk.usage->completion_tokens) + "," +
           std::to_string(chunk.usage->cached_tokens);
  if (chunk.error) all += " error=" + *chunk.error + "," + std::to_string(chunk.error_status);
  return all;
}

std::string read(const std::string& data) {
  ChunkReader reader;
  Chunk chunk;
  const bool taken = reader.read(data, chunk);
  return said(taken, chunk);
}

std::string delta(const std::string& inside) {
  return read(R"({"choices":[{"index":0,"delta":{)" + inside + R"(},"finish_reason":null}]})");
}

std::string only(const std::string& what) {
  const std::string empty = "content= reasoning= refusal= finish= stop=";
  if (what.empty()) return empty;
  const size_t equals = what.find('=') + 1;
  std::string all = empty;
  all.insert(all.find(what.substr(0, equals)) + equals, what.substr(equals));
  return all;
}

TEST(ChunkReader, ReadsTexts) {
  EXPECT_EQ(delta(R"("role":"assistant","content":"Hi")"), only("content=Hi"));
  EXPECT_EQ(delta(R"("content":"a\n\"b\"")"), only(R"(content=a\n\"b\")"));
  EXPECT_EQ(delta(R"("refusal":"No.")"), only("refusal=No."));
  EXPECT_EQ(delta(R"("content":null,"refusal":null,"tool_calls":null,"reasoning":null)"), only(""));
}

// S03
TEST(ChunkReader, ReadsReasoningUnderEachOfItsNames) {
  EXPECT_EQ(delta(R"("reasoning":"Hm.")"), only("reasoning=Hm."));
  EXPECT_EQ(delta(R"("reasoning_content":"Hm.")"), only("reasoning=Hm."));
  EXPECT_EQ(delta(R"("reasoning":"Hm.","reasoning_content":"Hm.")"), only("reasoning=Hm."));
  EXPECT_EQ(delta(R"("reasoning":null,"reasoning_content":"Hm.")"), only("reasoning=Hm."));
  EXPECT_EQ(delta(R"("reasoning":"","reasoning_content":"Hm.")"), only("reasoning=Hm."));
}

TEST(ChunkReader, JoinsContentInParts) {
  EXPECT_EQ(delta(R"("content":[{"type":"text","text":"a\n"},{"type":"text","text":"b"}])"),
            only(R"(content=a\nb)"));
}

// T03, T04, T09
TEST(ChunkReader, ReadsToolCalls) {
  EXPECT_EQ(delta(R"("tool_calls":[{"index":1,"id":"x","type":"function","function":)"
                  R"({"name":"Read","arguments":"{\"a\":1}"}},{"function":{"arguments":"b"}}])"),
            only("") + R"( tool=1,x,Read,{\"a\":1} tool=-,,,b)");
  EXPECT_EQ(delta(R"("tool_calls":[])"), only(""));
  EXPECT_EQ(
      delta(R"("tool_calls":[{"index":0,"id":null,"function":{"name":null,"arguments":null}}])"),
      only("") + " tool=0,,,");
}

// T01: some servers write the arguments as an object, not as its text.
TEST(ChunkReader, ReadsArgumentsThatAreAnObject) {
  const std::string made = delta(
      R"("tool_calls":[{"index":0,"id":"x","function":{"name":"Read","arguments":{"a":"b"}}}])");
  EXPECT_EQ(made, only("") + R"( tool=0,x,Read,{\"a\":\"b\"})");
}

TEST(ChunkReader, ReadsFinishReasonAndMatchedStop) {
  const auto choice = [](const std::string& inside) {
    return read(R"({"choices":[{"delta":{},)" + inside + "}]}");
  };
  EXPECT_EQ(choice(R"("finish_reason":"stop","stop_reason":"</q>")"),
            "content= reasoning= refusal= finish=stop stop=</q>");
  EXPECT_EQ(choice(R"("finish_reason":"stop","stop_reason":151645)"), only("finish=stop"));
  EXPECT_EQ(choice(R"("finish_reason":"stop","stop_reason":null)"), only("finish=stop"));
  EXPECT_EQ(choice(R"("finish_reason":null)"), only(""));
}

// S20, U04, U05
TEST(ChunkReader, ReadsUsageWithAndWithoutChoices) {
  const std::string usage =
      R"("usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_tokens_details":)";
  EXPECT_EQ(read(R"({"choices":[],)" + usage + R"({"cached_tokens":4}}})"),
            only("") + " usage=9,2,4");
  EXPECT_EQ(read("{" + usage + "null}}"), only("") + " usage=9,2,0");
  EXPECT_EQ(read(R"({"choices":[{"delta":{"content":"a"}}],)" + usage + "null}}"),
            only("content=a") + " usage=9,2,0");
  EXPECT_EQ(read(R"({"choices":[{"delta":{"content":"a"}}],"usage":null})"), only("content=a"));
}

// S18
TEST(ChunkReader, ReadsErrors) {
  EXPECT_EQ(read(R"({"error":{"message":"a\nb","type":"BadRequestError","code":400}})"),
            only("") + " error=a\nb,400");
  EXPECT_EQ(read(R"({"error":"broke"})"), only("") + " error=broke,0");
  EXPECT_EQ(read(R"({"object":"error","message":"old form","type":"BadRequestError","code":400})"),
            only("") + " error=old form,400");
  EXPECT_EQ(read(R"({"error":null,"choices":[]})"), only(""));
}

// S26
TEST(ChunkReader, ReadsAPlainAnswer) {
  EXPECT_EQ(
      read(R"({"object":"chat.completion","choices":[{"message":{"content":"Hi","tool_calls":)"
           R"([{"id":"x","function":{"name":"A","arguments":"{}"}}]},"finish_reason":"stop"}]})"),
      "content=Hi reasoning= refusal= finish=stop stop= tool=-,x,A,{}");
}

TEST(ChunkReader, RefusesWhatIsNoChunk) {
  for (const char* data : {"", "x", "[]", "null", "1", "\"a\"", "{", "{}",
                           R"({"detail":"Not Found"})", R"({"choices":[]} x)"})
    EXPECT_EQ(read(data), "refused") << data;
}

TEST(ChunkReader, BearsFieldsOfTheWrongKind) {
  for (const char* data :
       {R"({"choices":[null]})", R"({"choices":[7]})", R"({"choices":[{"delta":7}]})",
        R"({"choices":[{"delta":{"content":7,"reasoning":[],"tool_calls":7}}]})",
        R"({"choices":[{"delta":{"tool_calls":[7,null,{"function":7,"index":"a"}]}}]})",
        R"({"choices":[{"delta":{},"finish_reason":7}],"usage":7})", R"({"error":7})"})
    EXPECT_NE(read(data), "") << data;
}

// S16, R34
TEST(ChunkReader, GivesOnlyUtf8) {
  for (const char* text : {"a\xff", "\xc3", "\xed\xa0\x80"}) {
    ChunkReader reader;
    Chunk chunk;
    const std::string good = R"({"choices":[{"delta":{"content":"a"}}]})";
    const std::string bad = R"({"choices":[{"delta":{"content":")" + std::string(text) + R"("}}]})";
    EXPECT_TRUE(reader.read(good, chunk));
    if (!reader.read(bad, chunk)) continue;
    EXPECT_TRUE(json::is_utf8(chunk.content)) << text;
  }
}

// The reader remembers a frame from chunk to chunk; whatever it remembers, it must read as one that
// remembers nothing.
class Mutations {
 public:
  explicit Mutations(unsigned seed) : random_(seed) {}

  std::string next() {
    if (below(4) == 0) id_ = below(3);
    std::string chunk = R"({"id":"chatcmpl-)" + std::to_string(id_) +
                        R"(","object":"chat.completion.chunk","created":17,"model":"m",)"
                        R"("choices":[{"index":0,"delta":{)" +
                        pick(deltas_) + R"(},"logprobs":null,"finish_reason":)" + pick(reasons_) +
                        "}]" + pick(tails_) + "}";
    if (below(8) == 0) mutate(chunk);
    return chunk;
  }

 private:
  size_t below(size_t limit) { return random_() % limit; }
  template <size_t N>
  std::string pick(const std::array<const char*, N>& from) {
    return from[below(N)];
  }
  void mutate(std::string& text) {
    static constexpr std::array bytes{"\"", "\\", "{", "}", "\xff", ",", "a", "\n", ""};
    const size_t at = below(text.size());
    text.replace(at, below(3), pick(bytes));
  }

  static constexpr std::array deltas_{R"("content":"Hi")",
                                      R"("content":"Hi")",
                                      R"("content":" there")",
                                      R"("content":"")",
                                      R"("content":"é日本")",
                                      R"("content":"a\nb")",
                                      R"("content":"\"")",
                                      R"("content":"\\")",
                                      R"("content":"},\"finish_reason\":\"stop\"")",
                                      R"("content":"x","content":"y")",
                                      R"("content":"x","refusal":"y")",
                                      R"("content":"x","reasoning":"y")",
                                      R"("role":"assistant","content":"x")",
                                      R"("content":null)",
                                      R"("content":["x"])",
                                      R"("reasoning":"Hi")",
                                      R"("content":"\ud83d")",
                                      R"("tool_calls":[{"index":0,"function":{"arguments":"Hi"}}])",
                                      ""};
  static constexpr std::array reasons_{"null", "null", "null", "null", "\"stop\"", "\"\""};
  static constexpr std::array tails_{"",
                                     "",
                                     "",
                                     R"(,"usage":null)",
                                     R"(,"usage":{"prompt_tokens":1,"completion_tokens":2})",
                                     R"(,"usage":{"prompt_tokens":1,"completion_tokens":3})",
                                     R"(,"error":{"message":"x"})",
                                     " "};

  std::mt19937 random_;
  size_t id_ = 0;
};

TEST(ChunkReader, ReadsFromMemoryWhatItWouldReadAnew) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Mutations mutations(seed);
    ChunkReader remembering;
    Chunk chunk;
    std::string history;
    for (int i = 0; i < 60; ++i) {
      const std::string data = mutations.next();
      history += data + "\n";
      const bool taken = remembering.read(data, chunk);
      ASSERT_EQ(said(taken, chunk), read(data)) << "seed " << seed << ":\n" << history;
    }
  }
}

}  // namespace
}  // namespace chat
