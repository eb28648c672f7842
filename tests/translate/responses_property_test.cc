// What must hold of every request: a longer history begins as the shorter one did, and no body
// makes the decoder or the translator fall over.
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "translate/responses_fixture.h"

namespace translate::from_responses {
namespace {

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  // A conversation as Codex sends it. asked()[i]: how many of its items the i-th request has.
  Json history() {
    Json items = list({developer("base"), developer(list({text("more")})), user("# Environment"),
                       user("go \"1\"\n")});
    asked_ = {items.size()};
    for (int turn = 0; turn < 8; ++turn) add_turn(items);
    return items;
  }
  const std::vector<size_t>& asked() const { return asked_; }

  // The same items in another of their forms.
  Json disguised(const Json& history, size_t count) {
    Json items = Json::array();
    for (size_t i = 0; i < count; ++i) items.push_back(disguise(history[i]));
    return items;
  }

  size_t below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }
  bool chance() { return below(2) == 0; }

 private:
  // The model's answer, with what came of it before it is asked again.
  void add_turn(Json& items) {
    const size_t calls = below(4);
    if (chance()) items.push_back(thought("thought " + std::to_string(items.size())));
    if (chance() || calls == 0) items.push_back(assistant(list({text("words", "output_text")})));
    std::vector<Json> outputs;
    for (size_t i = 0; i < calls; ++i) {
      const std::string id = "call_" + std::to_string(items.size());
      items.push_back(call_of(id));
      const bool answered = below(8) > 0;
      if (answered) outputs.insert(outputs.begin(), output_of(items.back()));
      if (below(6) == 0) items.push_back({{"type", "configuration_update"}});
      if (below(6) == 0) items.push_back(assistant("between"));
    }
    for (Json& output : outputs) items.push_back(std::move(output));
    if (below(6) == 0) items.push_back({{"type", "web_search_call"}, {"status", "completed"}});
    if (chance()) items.push_back(developer("in between"));
    if (below(8) == 0) items.push_back(output("call_gone", "x"));
    if (chance() || outputs.empty()) items.push_back(user("more"));
    asked_.push_back(items.size());
  }

  Json call_of(const std::string& id) {
    switch (below(5)) {
      case 0:
        return custom_call(id, "*** Begin \"Patch\"\n\\ü");
      case 1:
        return search_call(id);
      case 2:
        return call(id, R"({"broken": "a)");
      default: {
        Json made = call(id, R"({"s": "a\"\\ü", "n": 1})", chance() ? "add" : "exec_command");
        if (chance()) made["namespace"] = "mcp__" + std::string(below(60), 'n');
        return made;
      }
    }
  }
  Json output_of(const Json& called) {
    const std::string id = called["call_id"];
    if (called["type"] == "tool_search_call")
      return search_output(id, list({name_space("mcp__n", list({function("add")}))}));
    const Json said = chance() ? Json("out") : list({text("out"), image()});
    return called["type"] == "custom_tool_call" ? custom_output(id, said) : output(id, said);
  }

  Json disguise(Json item) {
    if (chance()) item["id"] = "msg_" + std::to_string(below(1000));
    if (chance()) item["status"] = "completed";
    for (const char* key : {"content", "output"}) {
      if (!item.contains(key) || item["type"] == "reasoning") continue;
      Json& said = item[key];
      if (said.is_string() && chance()) {
        said = list({text(said.get<std::string>())});
      } else if (said.is_array() && said.size() == 1 && said[0].contains("text") && chance()) {
        said = Json(said[0]["text"]);
      }
    }
    return item;
  }

  std::mt19937 random_;
  std::vector<size_t> asked_;
};

const std::array profiles{plain(), seeing(), merging(), llamacpp()};

TEST(ResponsesToChat, GivesALongerHistoryTheSameBeginning) {
  const Json tools = {{"tools", list({function("exec_command"), custom("apply_patch")})}};
  for (unsigned seed = 0; seed < 20; ++seed) {
    Writer writer(seed);
    const Json history = writer.history();
    for (const ModelProfile& profile : profiles) {
      std::string before;
      for (const size_t count : writer.asked()) {
        const Json items = writer.disguised(history, count);
        const ChatCall call = translated(body(items, tools).dump(), profile).call;
        const std::string now = call.prompt.substr(0, call.blocks.back().end);
        ASSERT_TRUE(now.starts_with(before)) << "seed " << seed << "\n" << before << "\n" << now;
        before = now;
      }
    }
  }
}

TEST(ResponsesToChat, KeepsTheToolsThatWereShown) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    Writer writer(seed);
    const Json history = writer.history();
    std::string before;
    for (const size_t count : writer.asked()) {
      const std::string now =
          shown(body(writer.disguised(history, count), {{"tools", list({function("f")})}}));
      ASSERT_TRUE(now.starts_with(before)) << before << "\n" << now;
      before = now;
    }
  }
}

TEST(ResponsesToChat, GivesEveryCallExactlyOneResultRightBehindIt) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Writer writer(seed);
    const Json history = writer.history();
    const Json sent = messages_of(writer.disguised(history, history.size()), seeing());
    for (size_t i = 0; i < sent.size(); ++i) {
      ASSERT_NE(sent[i]["role"], "tool") << "seed " << seed;
      if (!sent[i].contains("tool_calls")) continue;
      for (const Json& call : sent[i]["tool_calls"]) {
        ASSERT_LT(i + 1, sent.size());
        ASSERT_EQ(sent[++i]["role"], "tool");
        ASSERT_EQ(sent[i]["tool_call_id"], call["id"]);
        ASSERT_TRUE(Json::parse(call["function"]["arguments"].get<std::string>()).is_object());
      }
    }
  }
}

// Values of every kind in every place of a request that has all there is.
Json everything() {
  Json packed = thought("h");
  packed["encrypted_content"] = "autosre1:h";
  Json namespaced = call("d", "{}", "add");
  namespaced["namespace"] = "mcp__n";
  return body(list({more_tools(list({name_space("functions", list({custom("exec")}))})),
                    developer("d"),
                    user(list({text("t"), image(), {{"type", "input_file"}, {"file_id", "f"}}})),
                    developer(list({text("late")})),
                    packed,
                    assistant(list({text("t", "output_text")})),
                    call("a"),
                    custom_call("b", "p"),
                    search_call("c"),
                    namespaced,
                    output("a", list({text("o"), image()})),
                    custom_output("b"),
                    search_output("c", list({name_space("mcp__n", list({function("add")}))})),
                    {{"type", "compaction"}, {"encrypted_content", "autosre1:s"}},
                    {{"type", "agent_message"}, {"content", list({text("t")})}},
                    trigger()}),
              {{"instructions", "i"},
               {"tools", list({function("f"), custom("c"), {{"type", "web_search"}}})},
               {"tool_choice",
                {{"type", "allowed_tools"}, {"mode", "auto"}, {"tools", list({{{"name", "f"}}})}}},
               {"parallel_tool_calls", false},
               {"reasoning", {{"effort", "high"}}},
               {"text", {{"format", {{"type", "json_schema"}, {"schema", Json::object()}}}}},
               {"max_output_tokens", 5},
               {"temperature", 1},
               {"client_metadata", {{"x-codex-turn-metadata", R"({"request_kind":"turn"})"}}}});
}

void translate_any(const std::string& body) {
  const auto request = responses::decode_request(body);
  if (!request) {
    EXPECT_FALSE(request.error().message.empty());
    EXPECT_EQ(request.error().kind, chat::ErrorKind::invalid_request);
    return;
  }
  responses::classify(*request);
  EXPECT_TRUE(Json::accept(responses::encode_items(*request)) || !Json::accept(body)) << body;
  for (const ModelProfile& profile : {seeing(), merging()}) {
    ToolNames names;
    if (const auto call = to_chat(*request, profile, names)) parsed(*call);
  }
}

TEST(DecodeResponsesRequest, SurvivesAnyValueInAnyPlace) {
  const Json whole = everything();
  const Json flat = whole.flatten();
  const std::array<Json, 7> values = {
      Json(),        Json(true),     Json(-1e300),     Json("\xC3\xBC\"\\"),
      Json::array(), Json::object(), list({text("t")})};
  std::set<std::string> taken;
  for (const auto& [path, old] : flat.items()) {
    for (auto pointer = Json::json_pointer(path); !pointer.empty();
         pointer = pointer.parent_pointer()) {
      if (!taken.insert(pointer.to_string()).second) continue;
      for (const Json& value : values) {
        Json mutant = whole;
        mutant[pointer] = value;
        translate_any(mutant.dump());
      }
    }
  }
}

TEST(DecodeResponsesRequest, SurvivesRandomBytes) {
  const std::string whole = everything().dump();
  Writer writer(1);
  for (int round = 0; round < 800; ++round) {
    std::string mutant = whole;
    for (size_t edits = 1 + writer.below(3); edits > 0; --edits) {
      const size_t at = writer.below(mutant.size());
      constexpr std::string_view bytes = "\"\\{}[],:u0dn \xFF\xC3";
      if (writer.chance()) {
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
}  // namespace translate::from_responses
