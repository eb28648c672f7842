#include "stack/health.h"

#include <gtest/gtest.h>

#include "stack/status.h"

namespace stack {
namespace {

TEST(Health, Of200CountsOnlyWhenTheBackendIsOkEmptyOrMissing) {
  EXPECT_EQ(judge_health(200, R"({"status":"ok","backend":"ok"})"), Health::ok);
  EXPECT_EQ(judge_health(200, R"({"status":"ok","backend":""})"), Health::ok);
  EXPECT_EQ(judge_health(200, R"({"status":"ok"})"), Health::ok);
  EXPECT_EQ(judge_health(200, ""), Health::ok);
  EXPECT_EQ(judge_health(200, R"({"status":"ok","backend":"loading"})"), Health::loading);
  EXPECT_EQ(judge_health(200, R"({"status":"ok","backend":"error"})"), Health::error);
}

TEST(Health, Of503IsLoading) {
  EXPECT_EQ(judge_health(503, R"({"error":{"message":"Loading model"}})"), Health::loading);
}

TEST(Health, OfAServerWithoutThatPathIsOk) {
  EXPECT_EQ(judge_health(404, ""), Health::ok);
}

TEST(Health, OfABrokenServerIsAnError) {
  EXPECT_EQ(judge_health(500, ""), Health::error);
}

TEST(Health, OfNobodyIsUnreachable) {
  EXPECT_EQ(ask_health("http://127.0.0.1:1", std::chrono::seconds(2)), Health::unreachable);
  EXPECT_EQ(ask_health("not an address", std::chrono::seconds(2)), Health::unreachable);
}

TEST(Served, IsReadFromVllmAndFromLlama) {
  const Served vllm = parse_served(R"({"data":[{"id":"qwen","max_model_len":262144}]})");
  EXPECT_EQ(vllm.model, "qwen");
  EXPECT_EQ(vllm.context_length, 262144);
  const Served llama = parse_served(R"({"data":[{"id":"small","meta":{"n_ctx":8192}}]})");
  EXPECT_EQ(llama.model, "small");
  EXPECT_EQ(llama.context_length, 8192);
}

TEST(Served, IsUnknownFromAnythingElse) {
  for (const char* body : {"", "{}", "[]", R"({"data":[]})", R"({"data":[{"id":7}]})"})
    EXPECT_EQ(parse_served(body).model, "") << body;
}

}  // namespace
}  // namespace stack
