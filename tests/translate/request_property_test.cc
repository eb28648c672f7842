// What must hold of every request: a longer history begins as the shorter one did, and no body
// makes the decoder or the translator fall over.
#include <array>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  // A conversation as Claude Code sends it: history only ever grows, while strings become arrays
  // and cache marks move.
  std::vector<Json> history() {
    std::vector<Json> turns;
    turns.push_back(user(list({text("<system-reminder>r</system-reminder>"), text("go \"1\"\n")})));
    turns.push_back(system("# Environment"));
    for (int turn = 0; turn < 8; ++turn) add_turn(turns);
    return turns;
  }

  // The same messages in another of their forms.
  Json disguised(const std::vector<Json>& history, size_t count) {
    Json messages = Json::array();
    for (size_t i = 0; i < count; ++i) messages.push_back(disguise(history[i]));
    return messages;
  }

  size_t below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }

 private:
  bool chance() { return below(2) == 0; }

  void add_turn(std::vector<Json>& turns) {
    const size_t calls = below(4);
    Json content = Json::array();
    if (chance()) content.push_back(thinking("thought"));
    if (chance() || calls == 0) content.push_back(text("words " + std::to_string(turns.size())));
    Json results = Json::array();
    for (size_t i = 0; i < calls; ++i) {
      const std::string id = "toolu_" + std::to_string(turns.size()) + "_" + std::to_string(i);
      content.push_back(use(id, {{"n", i}, {"s", "a\"\\ü"}}));
      if (below(8) > 0) results.insert(results.begin(), result_of(id));
    }
    turns.push_back(assistant(content));
    if (chance()) turns.push_back(system("in between"));
    if (chance() || results.empty()) results.push_back(text("more"));
    turns.push_back(user(results));
    if (chance()) turns.push_back(system("after"));
  }

  Json result_of(const std::string& id) {
    Json made = result(id, chance() ? Json("out") : list({text("out"), image()}));
    if (below(4) == 0) made["is_error"] = true;
    return made;
  }

  Json disguise(Json message) {
    Json& content = message["content"];
    if (content.is_string() && chance()) content = list({text(content.get<std::string>())});
    if (!content.is_array()) return message;
    for (Json& block : content)
      if (chance()) block["cache_control"] = {{"type", "ephemeral"}};
    const bool plain = content.size() == 1 && content[0]["type"] == "text";
    if (plain && chance()) content = Json(content[0]["text"]);
    return message;
  }

  std::mt19937 random_;
};

// The messages' text up to the end of the last message.
std::string rendered(const ChatCall& call) {
  return call.prompt.substr(0, call.blocks.back().end);
}

TEST(ToChat, GivesALongerHistoryTheSameBeginning) {
  for (unsigned seed = 0; seed < 25; ++seed) {
    Writer writer(seed);
    const std::vector<Json> history = writer.history();
    for (const ModelProfile& profile : {vllm(), seeing(), folding(), merging(), llamacpp()}) {
      std::string before;
      for (size_t count = 2; count <= history.size(); ++count) {
        // A request is sent when the user's side has spoken and before the model answers.
        const bool sent = count == history.size() || history[count]["role"] == "assistant";
        if (!sent || history[count - 1]["role"] == "assistant") continue;
        const std::string now = rendered(call_of(body(writer.disguised(history, count)), profile));
        ASSERT_TRUE(now.starts_with(before)) << "seed " << seed << "\n" << before << "\n" << now;
        before = now;
      }
    }
  }
}

TEST(ToChat, GivesEveryCallExactlyOneResultRightBehindIt) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Writer writer(seed);
    const std::vector<Json> history = writer.history();
    const Json sent = messages(body(writer.disguised(history, history.size())), seeing());
    for (size_t i = 0; i < sent.size(); ++i) {
      if (!sent[i].contains("tool_calls")) continue;
      for (const Json& call : sent[i]["tool_calls"]) {
        ASSERT_LT(i + 1, sent.size());
        ASSERT_EQ(sent[++i]["role"], "tool");
        EXPECT_EQ(sent[i]["tool_call_id"], call["id"]);
      }
      if (i + 1 < sent.size()) EXPECT_NE(sent[i + 1]["role"], "tool");
    }
  }
}

// Values of every kind in every place of a request that has all there is.
Json everything() {
  return body(
      list({user(list({text("t"),
                       image(),
                       pdf(),
                       {{"type", "search_result"}, {"content", list({text("r")})}}})),
            system("s"), assistant(list({thinking("h"), text("t"), use("a"), use("b")})),
            user(list({result("b", list({text("o"), image(), pdf()})),
                       result("a", "o"),
                       {{"type", "tool_reference"}, {"tool_name", "x"}}})),
            assistant("prefill")}),
      {{"system", list({text("x-anthropic-billing-header: a"), text("s")})},
       {"tools", list({tool("t"), {{"type", "web_search_1"}, {"name", "w"}}})},
       {"tool_choice", {{"type", "tool"}, {"name", "t"}}},
       {"thinking", {{"type", "enabled"}, {"budget_tokens", 100}}},
       {"output_config",
        {{"effort", "max"}, {"format", {{"type", "json_schema"}, {"schema", Json::object()}}}}},
       {"stop_sequences", list({"a", "b"})},
       {"temperature", 1},
       {"stream", true}});
}

void translate_any(const std::string& text) {
  for (const auto endpoint : {anthropic::Endpoint::messages, anthropic::Endpoint::count_tokens}) {
    const auto request = anthropic::decode_request(text, endpoint);
    if (!request) {
      EXPECT_FALSE(request.error().message.empty());
      EXPECT_EQ(request.error().kind, chat::ErrorKind::invalid_request);
      continue;
    }
    anthropic::classify(*request);
    pdf_documents(*request);
    for (const ModelProfile& profile : {seeing(), merging()})
      if (const auto call = to_chat(*request, profile)) sent(*call);
  }
}

TEST(DecodeRequest, SurvivesAnyValueInAnyPlace) {
  const Json whole = everything();
  const Json flat = whole.flatten();
  const std::array<Json, 7> values = {
      Json(),        Json(true),     Json(-1e300),     Json("\xC3\xBC\"\\"),
      Json::array(), Json::object(), list({text("t")})};
  for (const auto& [path, old] : flat.items()) {
    for (auto pointer = Json::json_pointer(path); !pointer.empty();
         pointer = pointer.parent_pointer()) {
      for (const Json& value : values) {
        Json mutant = whole;
        mutant[pointer] = value;
        translate_any(mutant.dump());
      }
    }
  }
}

TEST(DecodeRequest, SurvivesRandomBytes) {
  const std::string whole = everything().dump();
  Writer writer(1);
  for (int round = 0; round < 800; ++round) {
    std::string mutant = whole;
    for (size_t edits = 1 + writer.below(3); edits > 0; --edits) {
      const size_t at = writer.below(mutant.size());
      constexpr std::string_view bytes = "\"\\{}[],:u0dn \xFF\xC3";
      if (writer.below(2) == 0) {
        mutant[at] = bytes[writer.below(bytes.size())];
      } else {
        mutant.erase(at, writer.below(20));
      }
      if (mutant.empty()) break;
    }
    translate_any(mutant);
  }
}

}  // namespace
}  // namespace translate
