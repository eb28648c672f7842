// Where kubectl, helm and the cluster's address are: what a user has installed, nothing of our own.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"

namespace k3s {

struct Tools {
  std::vector<std::string> kubectl;  // {"/usr/bin/kubectl"} or {"/usr/local/bin/k3s", "kubectl"}
  std::string helm;                  // empty: there is none
  std::string kubeconfig;            // empty: kubectl finds its own
};

// What is asked of the machine.
struct Machine {
  std::function<std::optional<std::filesystem::path>(std::string_view name)> program;
  std::function<bool(const std::filesystem::path&)> exists;
  std::function<bool(const std::filesystem::path&)> is_readable;
};
Machine this_machine(const config::Environment& environment);

// KUBECONFIG wins, then ~/.kube/config, then the file that k3s writes. Throws base::Error that
// names what is missing with its remedy; a missing helm is not missed here.
Tools find_tools(const config::Environment& environment, const Machine& machine);

}  // namespace k3s
