// The steps against a cluster that is played: what is run, in which order, with which input.
#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "k3s/apply.h"
#include "k3s/live.h"
#include "k3s/serving.h"

namespace k3s {
namespace {

using testing::Contains;
using testing::HasSubstr;

class FakeRunner final : public Runner {
 public:
  Answer run(const Call& call) override {
    std::string words = call.program == Call::Program::helm ? "helm" : "kubectl";
    for (const std::string& argument : call.arguments) words += " " + argument;
    words_.push_back(words);
    inputs_.push_back(call.input);
    if (answers_.empty()) return {};
    const Answer answer = answers_.front();
    answers_.pop_front();
    return answer;
  }
  bool is_interrupted() override { return --runs_before_interruption_ < 0; }

  std::vector<std::string> words_;
  std::vector<std::string> inputs_;
  std::deque<Answer> answers_;
  int runs_before_interruption_ = 1000;
};

Plan plan_of(std::vector<Step> steps) {
  return {.steps = std::move(steps), .warnings = {}, .differences = {}};
}

Step secret() {
  return {
      .kind = Step::Kind::create,
      .text = "create Secret s",
      .object = {
          {"kind", "Secret"}, {"metadata", {{"name", "s"}}}, {"stringData", {{"token", "hush"}}}}};
}

const auto ignore = [](std::string_view) {};

TEST(Apply, GivesSecretsToStdinOnly) {
  FakeRunner runner;
  apply(plan_of({secret()}), {}, {}, runner, ignore);
  ASSERT_EQ(runner.words_.size(), 1U);
  EXPECT_FALSE(runner.words_[0].contains("hush"));
  EXPECT_THAT(runner.inputs_[0], HasSubstr("hush"));
}

TEST(Apply, StopsBetweenStepsWhenInterrupted) {
  FakeRunner runner;
  runner.runs_before_interruption_ = 1;
  EXPECT_THROW(apply(plan_of({secret(), secret()}), {}, {}, runner, ignore), Interrupted);
  EXPECT_EQ(runner.words_.size(), 1U);
}

TEST(Apply, MergesInTheServerWhereHelmCan) {
  FakeRunner runner;
  runner.answers_ = {{.code = 0, .out = "v4.1.4", .err = {}}, {}};
  const Plan plan = plan_of({{.kind = Step::Kind::upgrade, .text = "upgrade"}});
  apply(plan, {}, {.chart = "/c", .values = "/v"}, runner, ignore);
  EXPECT_THAT(runner.words_.back(), HasSubstr("--server-side=true --force-conflicts"));
  runner.answers_ = {{.code = 0, .out = "v3.19.0", .err = {}}, {}};
  apply(plan, {}, {.chart = "/c", .values = "/v"}, runner, ignore);
  EXPECT_EQ(runner.words_.back(),
            "helm upgrade --install autosre /c -n autosre -f /v --history-max=5");
}

TEST(Apply, ReportsHelmsOwnWords) {
  FakeRunner runner;
  runner.answers_ = {{}, {.code = 1, .out = {}, .err = "Error: UPGRADE FAILED: no room\n"}};
  const Plan plan = plan_of({{.kind = Step::Kind::upgrade, .text = "upgrade"}});
  try {
    apply(plan, {}, {}, runner, ignore);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.line(), HasSubstr("UPGRADE FAILED: no room"));
  }
}

TEST(Calls, TellAClusterThatDoesNotAnswerFromARefusal) {
  FakeRunner runner;
  const auto error_of = [&](const char* text) -> std::string {
    runner.answers_ = {{.code = 1, .out = {}, .err = text}};
    try {
      kubectl(runner, {"get", "x"}, "cannot get x");
    } catch (const base::Error& error) {
      return error.line();
    }
    return {};
  };
  EXPECT_THAT(error_of("The connection to the server 127.0.0.1:1 was refused - did you specify the "
                       "right host or port?"),
              HasSubstr("the cluster does not answer"));
  EXPECT_THAT(error_of("Error from server (Forbidden): pods is forbidden"),
              HasSubstr("may do this"));
  EXPECT_THAT(error_of("error: odd\n"), testing::StrEq("error: cannot get x — odd"));
}

TEST(Addresses, AreTheServicesUnlessOthersAreGiven) {
  const std::vector<Service> services = {{.name_space = "autosre",
                                          .name = "autosre-vllm-local",
                                          .release = "autosre",
                                          .address = "10.96.0.30",
                                          .port = 8010},
                                         {.name_space = "autosre",
                                          .name = "autosre-proxy",
                                          .release = "autosre",
                                          .address = "10.96.0.31",
                                          .port = 8011},
                                         {.name_space = "other",
                                          .name = "autosre-codex-proxy",
                                          .release = "autosre",
                                          .address = "1.2.3.4",
                                          .port = 1}};
  const Addresses found =
      addresses_of(services, {}, {.api = "http://127.0.0.1:9", .proxy = {}, .codex_proxy = {}});
  EXPECT_EQ(found.api, "http://127.0.0.1:9");
  EXPECT_EQ(found.proxy, "http://10.96.0.31:8011");
  EXPECT_EQ(found.codex_proxy, "");
}

}  // namespace
}  // namespace k3s
