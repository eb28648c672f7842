// How the release is: pods, health, model, addresses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "k3s/live.h"
#include "k3s/rollout.h"
#include "k3s/serving.h"
#include "stack/status.h"

namespace k3s {

struct PartStatus {
  std::string name;
  std::string url;     // empty: it is not asked
  std::string health;  // a stack::Health's name; empty: it is not asked
  int ready = 0;
  int wanted = 0;
  int restarts = 0;
  std::string node;
  std::string trouble;  // why it does not come up
};

struct Status {
  // "absent", "stopped", "starting", "ready", "degraded" (all pods up, not all answer), "failed"
  std::string phase;
  std::string detail;
  std::string cluster;  // the server's version
  Target target;
  std::optional<Revision> revision;
  std::string recipe;
  std::string model;
  int context_length = 0;
  Addresses addresses;
  std::vector<PartStatus> parts;
  std::optional<Json> container = std::nullopt;  // the model server's, for parity
  std::vector<std::string> drift = {};  // what runs against the recipe, filled in by parity

  bool is_healthy() const { return phase == "ready"; }
};

// What was read, as a status; asks the parts by the probe. `given` replaces addresses.
Status collect_status(Runner& runner, const Target& target, const Addresses& given,
                      const stack::Probe& probe);
Json to_json(const Status& status);

}  // namespace k3s
