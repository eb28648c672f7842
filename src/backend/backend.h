// What serves the model, as far as the rest of the program needs to know: where it answers, how it
// is, what it still needs. It starts and stops nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/environment_changes.h"
#include "backend/needs.h"
#include "base/error.h"
#include "config/paths.h"
#include "stack/health.h"
#include "stack/status.h"

namespace backend {

enum class Client { claude, codex };

struct Status {
  stack::Health health = stack::Health::unreachable;
  stack::Served served;     // the model that is loaded now; empty: none
  std::string label;        // of the model for Claude Code; empty: there is none
  std::string label_fault;  // why
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  // What it needs and whether it is there.
  virtual std::vector<Need> setup() const = 0;
  virtual stack::Health health() const = 0;
  virtual Status status() const = 0;
  virtual std::string api_url() const = 0;
  virtual std::string proxy_url(Client client) const = 0;
  // What a client's environment has to be. Throws base::Error when the proxy cannot be asked.
  virtual agent::EnvironmentChanges environment(Client client) const = 0;
};

// "vllm" or nothing; throws base::Error with Exit::usage that names what is valid.
std::unique_ptr<Backend> get_backend(std::string_view type, const config::Environment& environment);

// The backend for this machine: always vLLM.
std::string_view detect_platform();

}  // namespace backend
