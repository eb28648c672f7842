// `status`: what the state file says, checked against what is there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/paths.h"
#include "stack/health.h"
#include "stack/state.h"

namespace stack {

struct PartStatus {
  std::string name;
  std::string url;
  Health health = Health::unreachable;
  int pid = 0;  // 0: no process
  int restarts = 0;
  std::optional<long long> uptime_seconds = std::nullopt;
  std::string last_error = {};
};

struct Status {
  std::string phase;  // a Phase's name, "stopped", or "dead": its supervisor died
  std::string detail;
  int supervisor_pid = 0;
  std::optional<long long> uptime_seconds;
  std::string model;
  int context_length = 0;
  std::string api_url;
  std::string proxy_url;
  std::string codex_proxy_url;
  std::vector<PartStatus> parts;
  std::string last_error;

  bool is_healthy() const { return phase == "ready"; }
};

// The model as the server behind an API URL tells it.
struct Served {
  std::string model;
  int context_length = 0;  // 0: it does not tell
};

struct Probe {
  std::function<Health(const std::string& url)> health;
  std::function<Served(const std::string& api_url)> served;
};
Probe live_probe();

// From the answer to GET /v1/models: vLLM has max_model_len, llama.cpp meta.n_ctx. Pure.
Served parse_served(std::string_view body);

Status collect_status(const config::Paths& paths, const Probe& probe);
nlohmann::ordered_json to_json(const Status& status);

}  // namespace stack
