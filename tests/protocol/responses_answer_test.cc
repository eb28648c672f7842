// What the Responses API answers besides responses: errors and the catalog of models.
#include <array>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "protocol/responses/catalog.h"
#include "protocol/responses/envelope.h"
#include "protocol/responses/error.h"

namespace responses {
namespace {

using chat::ErrorKind;
using Json = nlohmann::json;

Json error_of(const chat::Error& error) {
  return Json::parse(encode_error(error, "req_1"))["error"];
}

TEST(ResponsesError, HasTheApisShape) {
  EXPECT_EQ(Json::parse(encode_error({ErrorKind::not_found, "a \"b\"\n"}, "req_1")),
            Json::parse(R"({"error":{"message":"a \"b\"\n","type":"invalid_request_error",
                            "param":null,"code":null}})"));
}

TEST(ResponsesError, NamesTheFieldAtFault) {
  chat::Error error{ErrorKind::invalid_request, "input.0: wrong"};
  error.param = "input.0";
  EXPECT_EQ(error_of(error)["param"], "input.0");
}

// 55: on this word Codex makes room.
TEST(ResponsesError, HasTheCodeOnWhichCodexActs) {
  EXPECT_EQ(error_of({ErrorKind::context_overflow, "long"})["code"], "context_length_exceeded");
  EXPECT_EQ(error_of({ErrorKind::rate_limit, "slow"})["code"], "rate_limit_exceeded");
  EXPECT_EQ(error_of({ErrorKind::authentication, "who"})["code"], "invalid_api_key");
  chat::Error own{ErrorKind::invalid_request, "gone"};
  own.code = "previous_response_not_found";
  EXPECT_EQ(error_of(own)["code"], "previous_response_not_found");
  // With server_is_overloaded Codex would give up.
  EXPECT_TRUE(error_of({ErrorKind::overloaded, "busy"})["code"].is_null());
  EXPECT_TRUE(error_of({ErrorKind::server, "bad"})["code"].is_null());
}

TEST(ResponsesError, HasAStatusATypeAndACodeForEachKind) {
  struct Row {
    ErrorKind kind;
    int status;
    const char* type;
    const char* failure;
  };
  constexpr std::array rows{
      Row{ErrorKind::invalid_request, 400, "invalid_request_error", "invalid_prompt"},
      Row{ErrorKind::context_overflow, 400, "invalid_request_error", "context_length_exceeded"},
      Row{ErrorKind::authentication, 401, "authentication_error", "invalid_prompt"},
      Row{ErrorKind::permission, 403, "permission_error", "invalid_prompt"},
      Row{ErrorKind::not_found, 404, "invalid_request_error", "invalid_prompt"},
      Row{ErrorKind::too_large, 413, "invalid_request_error", "invalid_prompt"},
      Row{ErrorKind::rate_limit, 429, "rate_limit_error", "rate_limit_exceeded"},
      Row{ErrorKind::server, 502, "server_error", "server_error"},
      Row{ErrorKind::overloaded, 503, "server_error", "server_error"},
      Row{ErrorKind::timeout, 504, "server_error", "server_error"}};
  for (const Row& row : rows) {
    EXPECT_EQ(http_status(row.kind), row.status) << row.status;
    EXPECT_EQ(failure_code(row.kind), row.failure) << row.status;
    EXPECT_EQ(error_of({row.kind, "x"})["type"], row.type) << row.status;
  }
}

Json catalog(const ServedModel& model) {
  return Json::parse(encode_models(model));
}

// 60: one field less, and Codex takes none of the catalog.
TEST(ResponsesCatalog, HasAllThatCodexRequires) {
  const Json entry = catalog(
      {.label = "local", .name = "Qwen \"3\"", .window = 32768, .vision = true})["models"][0];
  EXPECT_EQ(entry["slug"], "local");
  EXPECT_EQ(entry["display_name"], "Qwen \"3\"");
  EXPECT_EQ(entry["shell_type"], "unified_exec");
  EXPECT_EQ(entry["visibility"], "list");
  EXPECT_EQ(entry["supported_in_api"], true);
  EXPECT_TRUE(entry["priority"].is_number_integer());
  EXPECT_EQ(entry["support_verbosity"], false);
  EXPECT_EQ(entry["truncation_policy"]["mode"], "tokens");
  EXPECT_TRUE(entry["truncation_policy"]["limit"].is_number_integer());
  EXPECT_EQ(entry["experimental_supported_tools"], Json::array());
  EXPECT_FALSE(entry["base_instructions"].get<std::string>().empty());
  EXPECT_EQ(entry["apply_patch_tool_type"], "freeform");
  EXPECT_EQ(entry["supports_search_tool"], false);
  EXPECT_EQ(entry["input_modalities"], Json({"text", "image"}));
  EXPECT_EQ(entry["context_window"], 32768);
  ASSERT_FALSE(entry["supported_reasoning_levels"].empty());
  for (const Json& level : entry["supported_reasoning_levels"]) {
    EXPECT_TRUE(level["effort"].is_string());
    EXPECT_TRUE(level["description"].is_string());
  }
  // These would have Codex speak JavaScript, or leave its tools out.
  for (const char* key : {"tool_mode", "use_responses_lite"}) EXPECT_FALSE(entry.contains(key));
}

TEST(ResponsesCatalog, IsOpenAisListToo) {
  const Json made = catalog({.label = "local", .name = "m", .window = 32768});
  EXPECT_EQ(made["object"], "list");
  ASSERT_EQ(made["data"].size(), 1U);
  EXPECT_EQ(made["data"][0]["id"], "local");
  EXPECT_EQ(made["data"][0]["object"], "model");
  EXPECT_EQ(made["data"][0], Json::parse(encode_model({.label = "local", .window = 32768})));
  EXPECT_EQ(made["models"][0]["input_modalities"], Json({"text"}));
}

TEST(ResponsesCatalog, SaysNothingOfAWindowThatIsNotKnown) {
  const Json made = catalog({.label = "local"});
  for (const char* key : {"context_window", "max_context_window", "auto_compact_token_limit"})
    EXPECT_FALSE(made["models"][0].contains(key)) << key;
  EXPECT_FALSE(made["data"][0].contains("context_window"));
}

TEST(ResponsesCatalog, HasCodexSummariseBeforeTheWindowIsFull) {
  for (const int64_t window : {1, 100, 4096, 32768, 65536, 131072, 262144, 1000000}) {
    const Json entry = catalog({.label = "local", .window = window})["models"][0];
    const int64_t limit = entry["auto_compact_token_limit"];
    EXPECT_EQ(entry["context_window"], window);
    EXPECT_GE(limit, window / 2) << window;
    EXPECT_LE(limit, window - window / 10) << window;
  }
}

TEST(Envelope, IsOpenedOnlyWhereItIsOurs) {
  EXPECT_EQ(unpack(std::string(envelope_mark) + "a:b"), "a:b");
  EXPECT_EQ(unpack("gAAAAABo"), "");
  EXPECT_EQ(unpack(""), "");
  EXPECT_EQ(unpack(envelope_mark), "");
}

}  // namespace
}  // namespace responses
