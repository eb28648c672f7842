#include "translate/upstream_error.h"

#include <ostream>
#include <string>

#include <gtest/gtest.h>

namespace translate {
namespace {

using chat::ErrorKind;

std::string vllm(const std::string& message, int code = 400) {
  return R"({"error":{"message":")" + message +
         R"(","type":"BadRequestError","param":null,"code":)" + std::to_string(code) + "}}";
}
std::string old_vllm(const std::string& message) {
  return R"({"object":"error","message":")" + message +
         R"(","type":"BadRequestError","param":null,"code":400})";
}
std::string llamacpp(const std::string& message, int code = 400) {
  return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + message +
         R"(","type":"invalid_request_error"}})";
}

TEST(UpstreamError, KeepsTheServersText) {
  for (const std::string& body :
       {vllm("no such thing"), old_vllm("no such thing"), llamacpp("no such thing"),
        std::string(R"({"error":"no such thing"})"), std::string(R"({"message":"no such thing"})"),
        std::string(R"({"detail":"no such thing"})"), std::string(" no such thing\n")}) {
    const UpstreamError read = read_upstream_error(400, body, 0);
    EXPECT_EQ(read.error.message, "no such thing") << body;
    EXPECT_EQ(read.error.kind, ErrorKind::invalid_request);
    EXPECT_EQ(read.remedy, Remedy::none);
  }
}

// E01, E11: FastAPI's 422 repeats the whole input; only the fault is said.
TEST(UpstreamError, SaysTheFaultOfAValidationErrorWithoutItsInput) {
  const UpstreamError read = read_upstream_error(
      422,
      R"({"detail":[{"type":"missing","loc":["body","messages"],"msg":"Field required","input":{"prompt":"my secret"}}]})",
      0);
  EXPECT_TRUE(read.error.message.contains("Field required"));
  EXPECT_FALSE(read.error.message.contains("my secret"));
  EXPECT_EQ(read.error.kind, ErrorKind::invalid_request);
}

// E11
TEST(UpstreamError, NeverRepeatsAValidationErrorsInput) {
  for (const char* body : {R"({"detail":{"input":"my secret"}})", R"({"detail":[]})",
                           R"({"detail":[{"input":"my secret"}]})", R"({"detail":["x"]})"}) {
    const UpstreamError read = read_upstream_error(422, body, 0);
    EXPECT_FALSE(read.error.message.contains("my secret")) << read.error.message;
    EXPECT_FALSE(read.error.message.empty()) << body;
  }
}

// E01
TEST(UpstreamError, ShowsNoMarkup) {
  const UpstreamError read =
      read_upstream_error(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", 0);
  EXPECT_FALSE(read.error.message.contains('<'));
  EXPECT_TRUE(read.error.message.contains("502"));
  EXPECT_EQ(read.error.kind, ErrorKind::server);
}

TEST(UpstreamError, SaysTheStatusWhereThereIsNoText) {
  for (const char* body : {"", " \n", "{}", "[]", "null", R"({"error":null})",
                           R"({"error":{"message":""}})", R"({"error":{"message":null}})"}) {
    const UpstreamError read = read_upstream_error(500, body, 0);
    EXPECT_FALSE(read.error.message.empty()) << body;
    EXPECT_TRUE(read.error.message.contains("500")) << read.error.message;
  }
}

TEST(UpstreamError, BoundsALongText) {
  EXPECT_LE(read_upstream_error(500, std::string(100000, 'x'), 0).error.message.size(), 4000u);
}

// E02, E04
TEST(UpstreamError, TranslatesTheStatusNotTheServersTypeNames) {
  const auto type = [](int status) {
    return read_upstream_error(status, vllm("x", status), 0).error.kind;
  };
  EXPECT_EQ(type(400), ErrorKind::invalid_request);
  EXPECT_EQ(type(422), ErrorKind::invalid_request);
  EXPECT_EQ(type(404), ErrorKind::not_found);
  EXPECT_EQ(type(413), ErrorKind::too_large);
  EXPECT_EQ(type(429), ErrorKind::rate_limit);
  EXPECT_EQ(type(500), ErrorKind::server);
  EXPECT_EQ(type(502), ErrorKind::server);
  EXPECT_EQ(type(503), ErrorKind::overloaded);
  EXPECT_EQ(type(504), ErrorKind::timeout);
  EXPECT_EQ(type(418), ErrorKind::server);
}

// E04: the client would ask its user to log in.
TEST(UpstreamError, MakesNoLoginMatterOfTheServersRefusal) {
  for (const int status : {401, 403}) {
    const UpstreamError read = read_upstream_error(status, vllm("Invalid API key", status), 0);
    EXPECT_EQ(read.error.kind, ErrorKind::server);
    EXPECT_TRUE(read.error.message.contains("Invalid API key"));
    EXPECT_TRUE(read.error.message.contains(std::to_string(status)));
  }
}

struct Overflow {
  const char* name;
  std::string body;
  int64_t window;
  const char* message;
};

void PrintTo(const Overflow& overflow, std::ostream* out) {
  *out << overflow.body;
}

class Overflows : public testing::TestWithParam<Overflow> {};

// U11
TEST_P(Overflows, AreSaidInTheClientsWords) {
  for (const int status : {400, 413, 422}) {
    const UpstreamError read = read_upstream_error(status, GetParam().body, GetParam().window);
    EXPECT_EQ(read.error.message, GetParam().message);
    EXPECT_EQ(read.error.kind, ErrorKind::context_overflow);
    EXPECT_EQ(read.remedy, Remedy::none);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Servers, Overflows,
    testing::Values(
        Overflow{
            "vllm_of_prompt_and_answer",
            vllm("This model's maximum context length is 32768 tokens. However, you requested "
                 "62000 tokens (30000 in the messages, 32000 in the completion). Please reduce "
                 "the length of the messages or completion."),
            32768, "prompt is too long: 30000 tokens > 32768 maximum"},
        Overflow{
            "vllm_of_the_prompt",
            vllm("This model's maximum context length is 32768 tokens. However, your request has "
                 "40000 input tokens. Please reduce the length of the input messages."),
            32768, "prompt is too long: 40000 tokens > 32768 maximum"},
        Overflow{
            "vllm_of_max_tokens",
            vllm("'max_tokens' or 'max_completion_tokens' is too large: 32000. This model's "
                 "maximum context length is 32768 tokens and your request has 1234 input tokens "
                 "(32000 > 32768 - 1234)."),
            0, "prompt is too long: 1234 tokens > 32768 maximum"},
        Overflow{
            "vllm_of_the_decoder_prompt",
            vllm("The decoder prompt (length 40001) is longer than the maximum model length of "
                 "32768. Make sure that `max_model_len` is no smaller."),
            32768, "prompt is too long: 40001 tokens > 32768 maximum"},
        Overflow{"vllm_of_the_total_prompt",
                 vllm("The prompt (total length 40001) is too long to fit into the model (context "
                      "length 32768). Make sure that `max_model_len` is no smaller."),
                 32768, "prompt is too long: 40001 tokens > 32768 maximum"},
        Overflow{"sglang",
                 vllm("The input (40001 tokens) is longer than the model's context length (32768 "
                      "tokens)."),
                 32768, "prompt is too long: 40001 tokens > 32768 maximum"},
        Overflow{
            "vllm_without_a_known_window",
            vllm("This model's maximum context length is 4096 tokens. However, your request has "
                 "5000 input tokens."),
            0, "prompt is too long: 5000 tokens > 4096 maximum"},
        Overflow{
            "llamacpp_with_its_fields",
            R"({"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":8192}})",
            0, "prompt is too long: 9000 tokens > 8192 maximum"},
        Overflow{"llamacpp_in_words",
                 llamacpp("request (9000 tokens) exceeds the available context size (8192 tokens), "
                          "try increasing it"),
                 8192, "prompt is too long: 9000 tokens > 8192 maximum"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(UpstreamError, TakesNoServerFaultForAnOverflow) {
  const UpstreamError read =
      read_upstream_error(500, vllm("maximum context length of the cache is odd"), 100);
  EXPECT_EQ(read.error.kind, ErrorKind::server);
}

TEST(UpstreamError, WordsTheOverflowAsTheClientReadsIt) {
  const chat::Error error = prompt_too_long(200001, 200000);
  EXPECT_EQ(error.message, "prompt is too long: 200001 tokens > 200000 maximum");
  EXPECT_EQ(error.kind, ErrorKind::context_overflow);
}

struct Refusal {
  const char* name;
  const char* message;
  Remedy remedy;
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.message;
}

class Remedies : public testing::TestWithParam<Refusal> {};

TEST_P(Remedies, AreReadOffTheRefusal) {
  for (const int status : {400, 500})
    EXPECT_EQ(read_upstream_error(status, vllm(GetParam().message, status), 0).remedy,
              GetParam().remedy);
}

INSTANTIATE_TEST_SUITE_P(
    Templates, Remedies,
    testing::Values(
        Refusal{"qwen", "System message must be at the beginning.", Remedy::fold_system},
        Refusal{"mistral_system", "Only the first message can be a system message",
                Remedy::fold_system},
        Refusal{"unexpected_role", "Unexpected role 'system' after role 'user'",
                Remedy::fold_system},
        Refusal{"mistral",
                "After the optional system message, conversation roles must alternate "
                "user/assistant/user/assistant/...",
                Remedy::merge_roles},
        Refusal{"gemma", "Conversation roles must alternate user/assistant/user/assistant/...",
                Remedy::merge_roles},
        Refusal{"priority", "Got priority 10 but Priority scheduling is not enabled.",
                Remedy::drop_priority},
        Refusal{"reasoning", "Unexpected field reasoning_content in message",
                Remedy::drop_reasoning},
        Refusal{"no_remedy", "Invalid image", Remedy::none},
        Refusal{"another_word_with_system", "the operating system is out of memory", Remedy::none},
        Refusal{"another_first", "the first message has no content", Remedy::none}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(UpstreamError, SeeksNoRemedyInOtherFailures) {
  for (const int status : {401, 404, 429, 503})
    EXPECT_EQ(
        read_upstream_error(status, vllm("System message must be at the beginning."), 0).remedy,
        Remedy::none);
}

}  // namespace
}  // namespace translate
