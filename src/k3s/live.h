// Reads from the cluster what a plan needs to know.
#pragma once

#include "k3s/plan.h"
#include "k3s/runner.h"

namespace k3s {

// Throws base::Error when the cluster does not answer.
Live read_live(Runner& runner, const Target& target);

// The release's deployments, pods and services; one question.
struct Workload {
  std::vector<Deployment> deployments;
  std::vector<Pod> pods;
  std::vector<Service> services;
};
Workload read_workload(Runner& runner, const Target& target);

std::vector<Revision> read_revisions(Runner& runner, const Target& target);

// Whether there is something to start, stop or show; a quick question.
bool has_release(Runner& runner, const Target& target);

// The last events of a pod or another object, oldest first.
std::vector<Event> read_events(Runner& runner, const Target& target, const std::string& name);

// "v1.35.4" of the server.
std::string server_version(Runner& runner);

// "app.kubernetes.io/instance=autosre".
std::string selector_of(const Target& target);

}  // namespace k3s
