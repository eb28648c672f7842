#include "k3s/tools.h"

#include <unistd.h>

#include "base/error.h"
#include "sys/process.h"

namespace k3s {
namespace {

namespace fs = std::filesystem;

constexpr const char* k3s_kubeconfig = "/etc/rancher/k3s/k3s.yaml";

std::string variable(const config::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::vector<std::string> find_kubectl(const Machine& machine) {
  if (const auto kubectl = machine.program("kubectl")) return {kubectl->string()};
  if (const auto k3s = machine.program("k3s")) return {k3s->string(), "kubectl"};
  throw base::Error("there is no kubectl", "neither kubectl nor k3s is on PATH",
                    "install k3s (https://docs.k3s.io/quick-start), which brings kubectl along; "
                    "`autosre start --local` needs no cluster");
}

// Empty: KUBECONFIG or the user's own file, which kubectl and helm find alike.
std::string find_kubeconfig(const config::Environment& environment, const Machine& machine) {
  if (!variable(environment, "KUBECONFIG").empty()) return {};
  const std::string home = variable(environment, "HOME");
  if (!home.empty() && machine.exists(fs::path(home) / ".kube/config")) return {};
  if (machine.is_readable(k3s_kubeconfig)) return k3s_kubeconfig;
  if (machine.exists(k3s_kubeconfig))
    throw base::Error(std::string("cannot read ") + k3s_kubeconfig, "it belongs to root",
                      "run `mkdir -p ~/.kube && sudo k3s kubectl config view --raw > "
                      "~/.kube/config && chmod 600 ~/.kube/config`");
  throw base::Error("there is no cluster to talk to",
                    std::string("KUBECONFIG is not set, and there is neither ~/.kube/config nor ") +
                        k3s_kubeconfig,
                    "install k3s (https://docs.k3s.io/quick-start) or set KUBECONFIG; "
                    "`autosre start --local` needs no cluster");
}

}  // namespace

Machine this_machine(const config::Environment& environment) {
  return {.program =
              [environment](std::string_view name) { return sys::find_program(name, environment); },
          .exists =
              [](const fs::path& path) {
                std::error_code error;
                return fs::exists(path, error) || error == std::errc::permission_denied;
              },
          .is_readable = [](const fs::path& path) { return access(path.c_str(), R_OK) == 0; }};
}

Tools find_tools(const config::Environment& environment, const Machine& machine) {
  Tools tools;
  tools.kubectl = find_kubectl(machine);
  tools.kubeconfig = find_kubeconfig(environment, machine);
  if (const auto helm = machine.program("helm")) tools.helm = helm->string();
  return tools;
}

}  // namespace k3s
