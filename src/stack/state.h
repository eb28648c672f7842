// What the running local stack says of itself in state/local.json, for status, stop and the
// launchers. Its writer holds the lock state/local.lock; a file without a held lock is left over
// from one that died.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/paths.h"
#include "sys/process.h"

namespace stack {

enum class Phase {
  preparing,  // engine and model are fetched and built; nothing runs yet
  starting,   // children run, not all answer
  ready,
  degraded,  // was ready, a part does not answer
  stopping,
};
std::string_view name_of(Phase phase);

struct ChildState {
  std::string name;  // "engine", "proxy", "codex-proxy"
  std::string url;
  sys::ProcessId process = {};  // pid 0 while it waits for its next start
  std::string started_at = {};  // UTC, ISO 8601
  int restarts = 0;
  bool is_healthy = false;
  std::string last_error = {};

  bool operator==(const ChildState&) const = default;
};

struct State {
  Phase phase = Phase::preparing;
  std::string detail;  // what goes on in this phase, for people
  sys::ProcessId supervisor;
  std::string started_at;
  std::string model;  // the name under which it is served; empty with an upstream
  std::string model_path;
  int context_length = 0;       // tokens of one conversation; 0: not known
  std::string api_url;          // OpenAI-compatible: the engine, or the upstream
  std::string proxy_url;        // Anthropic Messages
  std::string codex_proxy_url;  // OpenAI Responses
  std::string upstream;         // empty when the engine is ours
  std::vector<ChildState> children;
  std::string last_error;

  bool operator==(const State&) const = default;
};

std::string encode(const State& state);
// Unknown fields are passed over. The error says what is wrong with the text.
base::Result<State> decode_state(std::string_view text);

struct Files {
  std::filesystem::path lock;
  std::filesystem::path state;
  std::filesystem::path times;  // seconds that phases took the last time
  std::filesystem::path logs;

  std::filesystem::path log_of(std::string_view child) const;
};
Files files_of(const config::Paths& paths);

void save(const State& state, const Files& files);
// nullopt when there is none or it cannot be understood.
std::optional<State> load_state(const Files& files);

// What there is to find: the state, and whether its writer is alive.
struct Found {
  std::optional<State> state;
  bool is_held = false;  // somebody holds the lock
  bool is_ours = false;  // held, and the state's supervisor is a living process
};
Found find_running(const Files& files);

}  // namespace stack
