// What the vLLM backend needs on this machine, seen and judged; judging is pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/paths.h"
#include "config/vllm.h"
#include "gpu/snapshot.h"
#include "model/layout.h"

namespace backend {

struct Need {
  std::string code;  // stable: "kubectl", "gpu"
  std::string subject;
  bool is_met = false;
  std::string evidence;  // what was found
  std::string remedy;    // empty when it is met
};

struct Seen {
  std::string kubectl;  // the program, "k3s kubectl" among them; empty: none
  std::string helm;
  gpu::Snapshot gpu;
  bool has_gpu_runtime = false;  // nvidia-container-runtime, which k3s' containerd runs
  std::string nodes_file;
  std::optional<config::VllmConfig> nodes;
  std::string nodes_fault;
  std::string model_key;
  std::string model_id;
  std::string cache;
  model::Presence weights;
};

Seen look(const config::Environment& environment);
std::vector<Need> judge(const Seen& seen);

}  // namespace backend
