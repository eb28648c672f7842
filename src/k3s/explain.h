// Why a roll-out fails, as far as the cluster tells: a pod's last events and the end of its log.
#pragma once

#include <string>

#include "base/error.h"
#include "k3s/live.h"
#include "k3s/rollout.h"

namespace k3s {

// "events:\n  …\nthe end of its log:\n…\n"; says so where there is nothing. Pure.
std::string render_evidence(const std::vector<Event>& events, std::string_view log);

// Of a container that has ended, the log of its last run.
std::string tail_of_log(Runner& runner, const Target& target, const std::string& pod, int lines);

// For a trouble that waiting does not cure.
base::Error explain(Runner& runner, const Target& target, const Trouble& trouble);

}  // namespace k3s
