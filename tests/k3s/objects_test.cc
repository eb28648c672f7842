#include "k3s/objects.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace k3s {
namespace {

TEST(Objects, AreListedFromWhateverKubectlPrints) {
  EXPECT_TRUE(parse_list("").empty());
  EXPECT_EQ(parse_list(R"({"kind":"List","items":[{"kind":"Pod"},{"kind":"Node"}]})").size(), 2U);
  EXPECT_EQ(parse_list(R"({"kind":"PodList","items":[]})").size(), 0U);
  EXPECT_EQ(parse_list(R"({"kind":"Pod","metadata":{"name":"a"}})").size(), 1U);
  EXPECT_THROW(parse_list("No resources found"), base::Error);
}

TEST(Objects, ReadsADeploymentThatHasNotBeenSeenYet) {
  const Deployment deployment = to_deployment(Json::parse(R"({
    "metadata": {"name": "a", "generation": 2},
    "spec": {"replicas": 1, "template": {"metadata": {"annotations": {
      "autosre/recipe": "r", "autosre/model": "org/m"}}, "spec": {"containers": [{"image": "i"}]}}},
    "status": {"observedGeneration": 1, "readyReplicas": 1, "updatedReplicas": 1, "replicas": 1,
      "conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]}})"));
  EXPECT_FALSE(deployment.is_observed);
  EXPECT_TRUE(deployment.has_given_up);
  EXPECT_EQ(deployment.recipe, "r");
  EXPECT_EQ(deployment.model, "org/m");
  EXPECT_EQ(deployment.container->at("image"), "i");
}

TEST(Objects, ReadsWhyAPodDoesNotRun) {
  const Pod pod = to_pod(Json::parse(R"({
    "metadata": {"name": "p", "uid": "u", "labels": {"app.kubernetes.io/name": "part"}},
    "spec": {"nodeName": "n"},
    "status": {"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"},
        {"type": "Ready", "status": "False"}],
      "containerStatuses": [{"name": "c", "restartCount": 3, "ready": false,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}},
        "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]}})"));
  EXPECT_EQ(pod.part, "part");
  EXPECT_EQ(pod.unschedulable, "0/1 nodes");
  ASSERT_EQ(pod.containers.size(), 1U);
  EXPECT_EQ(pod.containers[0].waiting, "CrashLoopBackOff");
  EXPECT_EQ(pod.containers[0].restarts, 3);
  EXPECT_TRUE(pod.containers[0].last_end.starts_with("OOMKilled")) << pod.containers[0].last_end;
}

TEST(Objects, TakesWhatIsOfAnotherTypeForAbsent) {
  const Json odd = Json::parse(R"({"metadata": 1, "spec": {"replicas": "many"}, "status": []})");
  EXPECT_EQ(to_deployment(odd).wanted, 1);
  EXPECT_EQ(to_deployment(odd).name, "");
  EXPECT_EQ(to_pod(odd).phase, "");
  EXPECT_EQ(to_service(odd).port, 0);
  EXPECT_EQ(to_node(odd).gpus, 0);
}

TEST(Objects, CountsTheGpusThatPodsMayAskFor) {
  EXPECT_EQ(to_node(Json::parse(R"({"status": {"allocatable": {"nvidia.com/gpu": "2"}}})")).gpus,
            2);
}

}  // namespace
}  // namespace k3s
