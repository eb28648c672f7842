// What shares the GPU, on this machine and in the cluster: kubectl, systemctl, docker or podman;
// the engine through `autosre k3s up`.
#pragma once

#include "cli/cluster.h"
#include "dedicated/apply.h"

namespace cli {

class DedicatedWorld final : public dedicated::World {
 public:
  DedicatedWorld(Cluster& cluster, k3s::Target target);

  std::optional<int> copies(const dedicated::Share& share) override;
  void stop(const dedicated::Share& share) override;
  void start(const dedicated::Share& share, int copies) override;
  void deploy(const std::string& recipe, const dedicated::Raised& raised) override;
  void scale_engine(int copies) override;
  std::string deployed_recipe() override { return recipe_; }
  int engine_copies() override { return engine_; }

 private:
  // Of a program that is not there: nullopt. The exit code and what it printed.
  struct Answer {
    int code = 0;
    std::string out;
    std::string err;
  };
  std::optional<Answer> ask(const std::vector<std::string>& argv);
  void require(const std::vector<std::string>& argv, const std::string& what);
  void scale(const std::string& name, int copies);
  int run_self(const std::vector<std::string>& words);
  std::vector<std::string> container_tool(const std::string& name);

  Cluster& cluster_;
  k3s::Target target_;
  std::string recipe_;
  int engine_ = 0;
};

}  // namespace cli
