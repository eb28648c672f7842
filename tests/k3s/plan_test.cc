#include "k3s/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace k3s {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json service(const std::string& name, const std::string& address) {
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", {{"name", name}, {"namespace", "autosre"}}},
          {"spec", {{"clusterIP", address}, {"ports", {{{"port", 8010}}}}}}};
}

Json engine() {
  return Json::parse(R"({"apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "autosre-vllm-local"},
    "spec": {"replicas": 1, "template": {"spec": {"runtimeClassName": "nvidia", "containers": [
      {"name": "vllm", "resources": {"limits": {"nvidia.com/gpu": 1}}, "env": [{"name": "TOKEN",
        "valueFrom": {"secretKeyRef": {"name": "autosre-browser", "key": "token"}}}]}]}}}})");
}

Desired desired() {
  Desired result;
  result.recipe = "r";
  result.objects = {engine(), service("autosre-vllm-local", "10.96.0.30")};
  result.browser_token = "secret-of-the-browser";
  return result;
}

// All is as desired.
Live settled() {
  Live live;
  live.version = "v1.35.4";
  live.ranges = {parse_range("10.43.0.0/16").value(), parse_range("10.96.0.0/22").value()};
  live.can_add_range = true;
  live.nodes = {{.name = "n", .gpus = 1}};
  live.runtime_classes = {"nvidia"};
  live.has_namespace = true;
  live.revisions = {{.number = 1, .status = "deployed"}};
  live.objects = desired().objects;
  live.secrets = {{{"metadata", {{"name", "autosre-browser"}}}}};
  return live;
}

std::vector<std::string> texts(const Plan& plan) {
  std::vector<std::string> lines;
  for (const Step& step : plan.steps) lines.push_back(step.text);
  return lines;
}

std::string refusal(const Desired& wanted, const Live& live) {
  try {
    plan_up(wanted, live);
  } catch (const base::Error& error) {
    return error.line();
  }
  return {};
}

TEST(PlanUp, ChangesNothingWhereAllIsAsItShouldBe) {
  const Plan plan = plan_up(desired(), settled());
  EXPECT_THAT(texts(plan), IsEmpty());
  EXPECT_THAT(plan.warnings, IsEmpty());
}

TEST(PlanUp, MakesEverythingInAnEmptyCluster) {
  Live live;
  live.version = "v1.35.4";
  live.ranges = {parse_range("10.43.0.0/16").value()};
  live.can_add_range = true;
  const Plan plan = plan_up(desired(), live);
  EXPECT_THAT(texts(plan),
              ElementsAre("create Namespace autosre",
                          "create ServiceCIDR autosre-10-96-0-16-28, because 10.43.0.0/16 does not "
                          "hold the pinned addresses",
                          "create RuntimeClass nvidia", "create Secret autosre-browser",
                          "install the release autosre with the recipe r"));
  EXPECT_THAT(plan.warnings, ElementsAre(HasSubstr("no node offers nvidia.com/gpu")));
  for (const std::string& text : texts(plan)) EXPECT_FALSE(text.contains("secret-of"));
}

TEST(PlanUp, UpgradesWhatDiffers) {
  Live live = settled();
  live.objects[0]["spec"]["replicas"] = 0;
  const Plan plan = plan_up(desired(), live);
  EXPECT_THAT(texts(plan), ElementsAre("upgrade the release autosre with the recipe r"));
  ASSERT_EQ(plan.differences.size(), 1U);
  EXPECT_EQ(plan.differences[0].path, "spec.replicas");
}

TEST(PlanUp, GoesOnAfterAHelmThatWasEnded) {
  Live live = settled();
  live.revisions.push_back({.number = 2, .status = "pending-upgrade"});
  const Plan plan = plan_up(desired(), live);
  ASSERT_EQ(plan.steps.size(), 2U);
  EXPECT_EQ(plan.steps[0].kind, Step::Kind::forget_revision);
  EXPECT_EQ(text_at(plan.steps[0].object, "/metadata/name"), "sh.helm.release.v1.autosre.v2");
  EXPECT_EQ(plan.steps[1].kind, Step::Kind::upgrade);
}

TEST(PlanUp, RefusesARangeThatCannotBeAdded) {
  Live live = settled();
  live.version = "v1.30.1";
  live.can_add_range = false;
  live.ranges = {parse_range("10.43.0.0/16").value()};
  EXPECT_THAT(refusal(desired(), live),
              testing::AllOf(HasSubstr("10.43.0.0/16 does not hold 10.96.0.30"),
                             HasSubstr("needs 1.33"), HasSubstr("service-cidr: 10.96.0.0/16")));
}

TEST(PlanUp, LeavesAnUnknownRangeToTheServer) {
  Live live = settled();
  live.ranges.reset();
  EXPECT_THAT(texts(plan_up(desired(), live)), IsEmpty());
}

TEST(PlanUp, RefusesAnAddressThatAnotherHas) {
  Live live = settled();
  live.services = {to_service(service("theirs", "10.96.0.30"))};
  EXPECT_THAT(refusal(desired(), live), HasSubstr("autosre/theirs has it"));
}

TEST(PlanUp, MakesAServiceAnewWhoseAddressMoves) {
  Live live = settled();
  live.services = {to_service(service("autosre-vllm-local", "10.43.7.7"))};
  live.objects[1]["spec"]["clusterIP"] = "10.43.7.7";
  const Plan plan = plan_up(desired(), live);
  EXPECT_THAT(texts(plan),
              ElementsAre("remove Service autosre-vllm-local, whose address moves from 10.43.7.7 "
                          "to 10.96.0.30",
                          "upgrade the release autosre with the recipe r"));
}

TEST(PlanUp, KeepsTheTokenInASecretAndNowhereElse) {
  Desired wanted = desired();
  wanted.hf_token = "hf_abc";
  const Plan plan = plan_up(wanted, settled());
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(plan.steps[0].text, "create Secret autosre-huggingface");
  EXPECT_EQ(text_at(plan.steps[0].object, "/stringData/token"), "hf_abc");

  Live live = settled();
  live.secrets.push_back(
      {{"metadata", {{"name", "autosre-huggingface"}}}, {"data", {{"token", "aGZfYWJj"}}}});
  EXPECT_THAT(texts(plan_up(wanted, live)), IsEmpty());
  wanted.hf_token = "hf_new";
  EXPECT_EQ(plan_up(wanted, live).steps.at(0).kind, Step::Kind::replace);
}

TEST(PlanDown, TakesAwayWhatUpHasMadeAndTheNamespaceLast) {
  Live live = settled();
  live.owned = {{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "autosre"}}}},
                {{"apiVersion", "v1"},
                 {"kind", "Secret"},
                 {"metadata", {{"name", "s"}, {"namespace", "autosre"}}},
                 {"data", {{"token", "eA=="}}}}};
  const Plan plan = plan_down({}, live);
  EXPECT_THAT(texts(plan), ElementsAre("uninstall the release autosre", "remove Secret s",
                                       "remove Namespace autosre"));
  EXPECT_FALSE(plan.steps[1].object.contains("data"));
  EXPECT_THAT(texts(plan_down({}, {})), IsEmpty());
}

}  // namespace
}  // namespace k3s
