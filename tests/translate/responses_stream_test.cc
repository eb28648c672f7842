// The transcripts of tests/golden/chat_streams as Codex would see them, and chunks in any order, of
// any kind: whatever comes in, what goes out keeps the grammar, does not depend on where the bytes
// are cut, and says what the plain answer says. UPDATE_GOLDEN=1 writes the expected answers.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "translate/responses_answer_fixture.h"

namespace translate::from_responses {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path(AUTOSRE_SOURCE) / "tests/golden";

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(golden / "chat_streams"))
    if (entry.is_directory()) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

AnswerOptions options(const fs::path& folder) {
  AnswerOptions options = asked();
  const Json given = Json::parse(contents(folder / "options.json"), nullptr, false);
  if (!given.is_object()) return options;
  options.one_tool_call = given.value("one_tool_call", false);
  options.thinking_disabled = given.value("thinking_disabled", false);
  options.thinking_prefilled = given.value("thinking_prefilled", false);
  return options;
}

class GoldenAnswer : public testing::TestWithParam<std::string> {
 protected:
  fs::path folder() const { return golden / "chat_streams" / GetParam(); }
  bool is_plain() const { return fs::exists(folder() / "upstream.json"); }
  Feed upstream() {
    text_ = contents(folder() / (is_plain() ? "upstream.json" : "upstream.sse"));
    EXPECT_FALSE(text_.empty());
    if (is_plain()) return [this](Replay& replay) { replay.take(text_); };
    return whole(text_);
  }

  std::string text_;
};

TEST_P(GoldenAnswer, SaysTheSameStreamedAndPlain) {
  answer_to(upstream(), options(folder()));
  answer_to(upstream(), options(folder()), compacting());
}

TEST_P(GoldenAnswer, DoesNotDependOnWhereItIsCut) {
  const std::string once = events_for(upstream(), options(folder()));
  if (is_plain()) return;
  EXPECT_EQ(events_for(byte_by_byte(text_), options(folder())), once);
  for (unsigned seed = 0; seed < 5; ++seed)
    EXPECT_EQ(events_for(random_cuts(text_, seed), options(folder())), once) << "seed " << seed;
}

// 39: the server may go at any byte.
TEST_P(GoldenAnswer, HasOneEndWhereverTheServerGoes) {
  upstream();
  if (is_plain()) return;
  const std::string complete =
      outline_of(last_response(events_for(whole(text_), options(folder()))));
  for (size_t size = 0; size < text_.size(); size += 1 + text_.size() / 8) {
    const std::string_view cut = std::string_view(text_).substr(0, size);
    const std::string outline = answer_to(whole(cut), options(folder()));
    EXPECT_TRUE(outline == complete || outline.starts_with("failed: ")) << outline;
  }
}

INSTANTIATE_TEST_SUITE_P(Chat, GoldenAnswer, testing::ValuesIn(cases()), [](const auto& tested) {
  std::string name = tested.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(GoldenAnswers, AreWhatIsExpected) {
  std::string made;
  for (const std::string& name : cases()) {
    const fs::path folder = golden / "chat_streams" / name;
    const bool plain = fs::exists(folder / "upstream.json");
    const std::string text = contents(folder / (plain ? "upstream.json" : "upstream.sse"));
    const Feed feed = plain ? Feed([&](Replay& replay) { replay.take(text); }) : whole(text);
    made += name + "\n    " + Json(answer_to(feed, options(folder))).dump() + "\n";
  }
  const fs::path expected = golden / "responses/expected/answers.txt";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << made;
    GTEST_SKIP() << "written anew";
  }
  EXPECT_EQ(made, contents(expected));
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  bool rarely() { return below(12) == 0; }

  AnswerOptions options() {
    AnswerOptions options = asked();
    options.one_tool_call = rarely();
    options.thinking_disabled = rarely();
    options.thinking_prefilled = rarely();
    return options;
  }
  ResponseHead head() {
    ResponseHead made = rarely() ? compacting() : from_responses::head();
    made.encrypted_reasoning = below(2) == 0;
    return made;
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
    switch (below(9)) {
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
        return R"(data: {"choices":[],"usage":{"prompt_tokens":)" + std::to_string(below(99)) +
               R"(,"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":)" +
               std::to_string(below(9)) + "}}}\n\n";
      case 7:
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
  static constexpr std::array ids_{"", "call_0", "chatcmpl-tool-8f14e45fceea167a", "ä"};
  static constexpr std::array names_{"",     "Read",        "exec",        "apply_patch",
                                     "note", "tool_search", "mcp__n__add", "mcp__n__note"};
  static constexpr std::array arguments_{"",
                                         "{}",
                                         "{",
                                         "}",
                                         "{\"input\":\"",
                                         "{\"input\":\"a\"}",
                                         "\"x",
                                         "\"",
                                         "1",
                                         "[",
                                         "]",
                                         "null",
                                         " ",
                                         "\\ud83d",
                                         "\\\"}",
                                         "\xF0\x9F\x98\x80",
                                         "}}",
                                         "\n\t",
                                         "\\u",
                                         "\\x",
                                         "\"}",
                                         "a"};
  static constexpr std::array deltas_{R"({})",
                                      R"({"role":"assistant","content":""})",
                                      R"({"content":null,"tool_calls":null})",
                                      R"({"refusal":"No."})",
                                      R"({"content":"a\ud83d"})",
                                      R"({"content":"\ude00"})",
                                      R"({"reasoning":"\ud83d"})",
                                      R"({"content":7,"reasoning":{}})"};
  static constexpr std::array oddities_{"{}",
                                        "[]",
                                        "{\"error\":{\"message\":\"out\",\"code\":503}}",
                                        "<html>",
                                        "{\"choices\":[]}",
                                        "{\"choices\":[null]}"};

  std::mt19937 random_;
};

TEST(ResponseStream, KeepsTheGrammarWhateverComes) {
  std::map<std::string, int> ends;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    Generator generator(seed);
    const AnswerOptions options = generator.options();
    const ResponseHead head = generator.head();
    const std::string sse = generator.stream();
    const std::string outline = answer_to(whole(sse), options, head);
    ++ends[outline.substr(0, 6) == "failed" ? "failed" : outline.substr(outline.rfind(' ') + 1)];
    if (HasFailure()) FAIL() << "seed " << seed << ":\n" << sse;
  }
  // Else the generator tests little.
  for (const char* end : {"completed", "incomplete", "failed"}) EXPECT_GT(ends[end], 50) << end;
}

TEST(ResponseStream, DoesNotDependOnCutsWhateverComes) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Generator generator(seed);
    const AnswerOptions options = generator.options();
    const ResponseHead head = generator.head();
    const std::string sse = generator.stream();
    ASSERT_EQ(events_for(random_cuts(sse, seed), options, head),
              events_for(whole(sse), options, head))
        << sse;
  }
}

TEST(ResponseStream, HoldsNoDeltaBack) {
  std::string out;
  ResponseSink sink(head(), &out);
  sink.set_tools(given_tools());
  Replay replay(sink, asked());
  for (const std::string& piece :
       {reasoning("a"), content("b"), content("c"), named(0, "", "Read", "{"), arguments(0, "}"),
        named(1, "", "exec", R"({"input":"d)"), arguments(1, "e")}) {
    const size_t before = out.size();
    replay.feed(piece);
    EXPECT_NE(out.find(".delta", before), std::string::npos) << piece;
  }
}

}  // namespace
}  // namespace translate::from_responses
