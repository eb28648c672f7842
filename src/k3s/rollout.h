// How far a roll-out is, and whether it can still succeed. Pure.
#pragma once

#include <string>
#include <vector>

#include "k3s/engine_log.h"
#include "k3s/objects.h"

namespace k3s {

inline constexpr const char* engine_name = "autosre-vllm-local";

// Why a pod does not come up.
struct Trouble {
  enum class Weight {
    passing,   // usual for a while: a full node, a registry that does not answer
    hopeless,  // waiting longer changes nothing
  };

  std::string pod;
  std::string what;  // "autosre-proxy-x: ImagePullBackOff"
  std::string next;  // what to do
  Weight weight = Weight::passing;
};

struct Rollout {
  int wanted = 0;  // pods
  int ready = 0;
  std::vector<std::string> missing;  // parts that are not ready
  std::string engine_pod;            // empty: there is none yet
  bool is_engine_running = false;    // its container, whether ready or not
  bool is_engine_ready = false;
  std::vector<Trouble> troubles;
  bool is_done = false;  // all is up and of the newest template
};

// The release's deployments and pods; those scaled to 0 are done when no pod is left.
Rollout judge(const std::vector<Deployment>& deployments, const std::vector<Pod>& pods);

}  // namespace k3s
