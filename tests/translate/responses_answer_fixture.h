// Upstream streams written as text, and what Codex gets of them.
#pragma once

#include <string>
#include <string_view>

#include "translate/answer_fixture.h"
#include "translate/responses/response_sink.h"
#include "translate/responses_grammar.h"

namespace translate::from_responses {

// The tools of these tests: a name of each kind, and two that are namespaced.
inline ToolNames given_tools() {
  ToolNames names;
  for (const ToolOrigin& origin :
       {ToolOrigin{ToolKind::function, "", "Read"}, ToolOrigin{ToolKind::function, "", "Bash"},
        ToolOrigin{ToolKind::custom, "", "apply_patch"}, ToolOrigin{ToolKind::custom, "", "exec"},
        ToolOrigin{ToolKind::search, "", "tool_search"},
        ToolOrigin{ToolKind::function, "mcp__n", "add"},
        ToolOrigin{ToolKind::custom, "mcp__n", "note"}})
    names.add(origin);
  return names;
}

inline AnswerOptions asked() {
  return {.start = {.id = "resp_0a1b2c3d", .model = "local"},
          .call_prefix = "call_",
          .whole_or_error = true};
}

inline ResponseHead head() {
  return {.id = "resp_0a1b2c3d",
          .created_at = 1793491200,
          .model = "local",
          .echo = R"("tools":[],"temperature":1.0,)",
          .encrypted_reasoning = true};
}
inline ResponseHead compacting() {
  ResponseHead made = head();
  made.is_compaction = true;
  return made;
}

// The events, grammar-checked.
inline std::string events_for(const Feed& feed, const AnswerOptions& options = asked(),
                              const ResponseHead& head = from_responses::head()) {
  std::string out;
  ResponseSink sink(head, &out);
  sink.set_tools(given_tools());
  Replay replay(sink, options);
  feed(replay);
  replay.stream.finish();
  const auto fault = ResponseGrammar::fault(out);
  EXPECT_FALSE(fault) << *fault << "\n" << out;
  return out;
}

// The response that the stream ends with.
inline Json last_response(const std::string& sse) {
  const auto events = read_events(sse);
  return events && !events->empty() ? events->back().data["response"] : Json("malformed");
}

// The plain answer; a failure as the stream would tell it.
inline Json response_for(const Feed& feed, const AnswerOptions& options = asked(),
                         const ResponseHead& head = from_responses::head()) {
  ResponseSink sink(head, nullptr);
  sink.set_tools(given_tools());
  Replay replay(sink, options);
  feed(replay);
  replay.stream.finish();
  if (const chat::Error* error = sink.failure())
    return {{"status", "failed"}, {"error", {{"message", error->message}}}};
  Json made = Json::parse(sink.body(), nullptr, false);
  EXPECT_FALSE(made.is_discarded()) << sink.body();
  EXPECT_EQ(Json::parse(sink.output(), nullptr, false), made["output"]);
  EXPECT_EQ(sink.completed(), made["status"] == "completed");
  return made;
}

// "reasoning:Hm. | message:Hi | function_call:mcp__n/add{"a":1} | completed"
inline std::string outline_of(const Json& response) {
  const std::string status = response["status"];
  if (status == "failed") return "failed: " + response["error"]["message"].get<std::string>();
  std::string line;
  for (const Json& item : response["output"]) {
    const std::string type = item["type"];
    line += type + ":";
    if (item.contains("namespace")) line += item["namespace"].get<std::string>() + "/";
    if (item.contains("name")) line += item["name"].get<std::string>();
    if (item.contains("arguments"))
      line += item["arguments"].is_string() ? item["arguments"].get<std::string>()
                                            : item["arguments"].dump();
    if (item.contains("input")) line += "<" + item["input"].get<std::string>() + ">";
    if (item.contains("content")) line += item["content"][0]["text"].get<std::string>();
    if (type == "compaction") line += item["encrypted_content"].get<std::string>();
    line += " | ";
  }
  return line + status;
}

// The same of both forms of answer.
inline std::string answer_to(const Feed& feed, const AnswerOptions& options = asked(),
                             const ResponseHead& head = from_responses::head()) {
  const Json plain = response_for(feed, options, head);
  const Json streamed = last_response(events_for(feed, options, head));
  if (plain["status"] == "failed") {
    EXPECT_EQ(outline_of(streamed), outline_of(plain));
  } else {
    EXPECT_EQ(streamed, plain) << "the stream and the plain answer differ";
  }
  return outline_of(streamed);
}
inline std::string answer_to(const std::string& sse,
                             const ResponseHead& head = from_responses::head()) {
  return answer_to(whole(sse), asked(), head);
}

// The answer's items.
inline Json items_of(const std::string& sse) {
  return response_for(whole(sse))["output"];
}
// "created in_progress output_item.added …", each without `response.`
inline std::string event_names(const std::string& sse) {
  std::string names;
  for (const ResponseEvent& event : read_events(sse).value_or(std::vector<ResponseEvent>{}))
    names += (names.empty() ? "" : " ") + event.type.substr(std::string_view("response.").size());
  return names;
}
// All deltas of that kind, joined.
inline std::string deltas(const std::string& sse, const std::string& kind) {
  std::string escaped;
  for (const ResponseEvent& event : read_events(sse).value_or(std::vector<ResponseEvent>{}))
    if (event.type == "response." + kind + ".delta") escaped += event.delta;
  return json::unescape(escaped);
}

}  // namespace translate::from_responses
