// How far vLLM's start is, from the lines of its log. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace k3s {

enum class Phase {
  container_start,  // nothing of the engine yet
  engine_init,
  weights,
  compiling,
  kv_profiling,
  graph_capture,
  api_up,
};
std::string_view name_of(Phase phase);

struct EngineProgress {
  Phase phase = Phase::container_start;
  std::optional<double> fraction = std::nullopt;  // of the phase, 0 to 1

  bool operator==(const EngineProgress&) const = default;
};

// The furthest point that the log speaks of. vLLM 0.24's words; with others' a phase is passed
// over, not made up.
EngineProgress read_engine_log(std::string_view log);

}  // namespace k3s
