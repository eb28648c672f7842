#include "k3s/tools.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/error.h"

namespace k3s {
namespace {

namespace fs = std::filesystem;

constexpr const char* k3s_file = "/etc/rancher/k3s/k3s.yaml";

struct FakeMachine {
  std::map<std::string, std::string> programs;
  std::set<std::string> files = {};
  std::set<std::string> unreadable = {};

  Tools find(const config::Environment& environment = {{"HOME", "/home/u"}}) const {
    const Machine machine = {
        .program = [this](std::string_view name) -> std::optional<fs::path> {
          const auto found = programs.find(std::string(name));
          if (found == programs.end()) return std::nullopt;
          return found->second;
        },
        .exists =
            [this](const fs::path& path) {
              return files.contains(path) || unreadable.contains(path);
            },
        .is_readable = [this](const fs::path& path) { return files.contains(path); }};
    return find_tools(environment, machine);
  }

  std::string error() const {
    try {
      find();
    } catch (const base::Error& error) {
      return error.line();
    }
    return {};
  }
};

TEST(Tools, PrefersAKubectlOfItsOwn) {
  const FakeMachine machine{
      .programs = {{"kubectl", "/b/kubectl"}, {"k3s", "/b/k3s"}, {"helm", "/b/helm"}},
      .files = {"/home/u/.kube/config"}};
  const Tools tools = machine.find();
  EXPECT_EQ(tools.kubectl, (std::vector<std::string>{"/b/kubectl"}));
  EXPECT_EQ(tools.helm, "/b/helm");
  EXPECT_EQ(tools.kubeconfig, "");
}

TEST(Tools, TakesTheOneInsideK3sAndItsFile) {
  const FakeMachine machine{.programs = {{"k3s", "/b/k3s"}}, .files = {k3s_file}};
  const Tools tools = machine.find();
  EXPECT_EQ(tools.kubectl, (std::vector<std::string>{"/b/k3s", "kubectl"}));
  EXPECT_EQ(tools.kubeconfig, k3s_file);
  EXPECT_EQ(tools.helm, "");
}

TEST(Tools, LetsKubeconfigWin) {
  const FakeMachine machine{.programs = {{"kubectl", "/b/kubectl"}}, .files = {k3s_file}};
  EXPECT_EQ(machine.find({{"HOME", "/home/u"}, {"KUBECONFIG", "/x"}}).kubeconfig, "");
}

TEST(Tools, NamesWhatIsMissingWithItsRemedy) {
  EXPECT_NE(FakeMachine{}.error().find("install k3s"), std::string::npos);
  const FakeMachine no_cluster{.programs = {{"kubectl", "/b/kubectl"}}};
  EXPECT_NE(no_cluster.error().find("set KUBECONFIG"), std::string::npos);
  const FakeMachine of_root{.programs = {{"kubectl", "/b/kubectl"}}, .unreadable = {k3s_file}};
  EXPECT_NE(of_root.error().find("sudo k3s kubectl config view --raw"), std::string::npos);
}

}  // namespace
}  // namespace k3s
