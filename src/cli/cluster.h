// What the commands that talk to a cluster share.
#pragma once

#include <memory>
#include <string>

#include "cli/output.h"
#include "cli/program_image.h"
#include "k3s/rollout.h"
#include "k3s/runner.h"
#include "k3s/serving.h"
#include "k3s/status.h"
#include "k3s/up.h"
#include "k3s/watch.h"
#include "recipe/catalog.h"
#include "recipe/runtime_env.h"
#include "sys/signals.h"

namespace cli {

class Args;

constexpr int interrupted_exit = 130;  // as a shell has it for Ctrl-C
constexpr const char* default_recipe = "qwen3.6-nvfp4";

// The options that all of them have.
struct ClusterOptions {
  k3s::Target target;
  k3s::Addresses given;

  void declare(Args& args);            // --namespace
  void declare_addresses(Args& args);  // --api-url and the proxies'
};

// kubectl and helm as found, with Ctrl-C taken between their runs.
class Cluster {
 public:
  Cluster();
  k3s::Runner& runner() { return *runner_; }
  const std::vector<std::string>& kubectl() const { return tools_.kubectl; }
  const std::string& kubeconfig() const { return tools_.kubeconfig; }

 private:
  sys::Signals signals_;
  bool is_interrupted_ = false;
  k3s::Tools tools_;
  std::unique_ptr<k3s::Runner> runner_;
};

// What this machine adds to a recipe.
recipe::Site this_site();

// Empty: the default recipe. `values` are files.
k3s::Request make_request(const std::string& recipe, const k3s::Target& target,
                          const std::vector<std::string>& values);

// So that the pods run this build of the program, and change when it does.
void use_image(k3s::Request& request, const std::optional<ProgramImage>& program);

// Where the seconds of the last roll-out are kept.
k3s::WatchOptions watch_options(int timeout_seconds);

k3s::Display display_of(Progress& progress);

// Waits until the API answers, lets it answer once, and warns of what differs from the recipe; all
// of it is said. Throws base::Error when the API does not answer.
void finish_start(Cluster& cluster, const ClusterOptions& options, Progress& progress);

// "model", "api" and the other addresses.
Table addresses_table(const k3s::Status& status);

// What runs against the recipe that it was deployed with; empty when there is nothing to compare.
std::vector<std::string> drift_of(const k3s::Status& status);

// Throws base::Error with Exit::held when another holds the GPU, or memory is short. Only what this
// machine sees counts: on another than the node there is nothing to see.
void check_gpu(const k3s::Workload& workload, const recipe::Recipe& recipe);

}  // namespace cli
