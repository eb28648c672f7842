#include "k3s/engine_log.h"

#include <array>

#include "base/strings.h"

namespace k3s {
namespace {

struct Sign {
  std::string_view words;
  Phase phase;
};

// Weights are also loaded for a drafter, after the first ones are done: the later line counts.
constexpr std::array signs = {
    Sign{"vLLM API server version", Phase::engine_init},
    Sign{"Initializing a V1 LLM engine", Phase::engine_init},
    Sign{"Starting to load model", Phase::weights},
    Sign{"Loading safetensors", Phase::weights},
    Sign{"Loading fastsafetensors", Phase::weights},
    Sign{"Loading weights took", Phase::weights},
    Sign{"Model loading took", Phase::weights},
    Sign{"for vLLM's torch.compile", Phase::compiling},
    Sign{"Dynamo bytecode transform time", Phase::compiling},
    Sign{"Compiling a graph", Phase::compiling},
    Sign{"torch.compile took", Phase::compiling},
    Sign{"Memory profiling takes", Phase::kv_profiling},
    Sign{"Available KV cache memory", Phase::kv_profiling},
    Sign{"GPU KV cache size", Phase::kv_profiling},
    Sign{"Capturing CUDA graph", Phase::graph_capture},
    Sign{"Graph capturing finished", Phase::graph_capture},
    Sign{"init engine (profile, create kv cache", Phase::graph_capture},
    Sign{"Application startup complete", Phase::api_up},
};

// "…:  33% Completed | 1/3 …" -> 0.33; "…took 18 seconds" -> 1.
std::optional<double> fraction_of(std::string_view line) {
  if (line.contains("Loading weights took") || line.contains("Model loading took")) return 1.0;
  const size_t percent = line.find('%');
  if (percent == std::string_view::npos) return std::nullopt;
  size_t begin = percent;
  while (begin > 0 && line[begin - 1] >= '0' && line[begin - 1] <= '9') --begin;
  const auto number = base::parse_number(line.substr(begin, percent - begin));
  if (!number || *number > 100) return std::nullopt;
  return static_cast<double>(*number) / 100;
}

void read_line(std::string_view line, EngineProgress& progress) {
  for (const Sign& sign : signs) {
    if (!line.contains(sign.words)) continue;
    if (sign.phase < progress.phase && sign.phase != Phase::weights) return;
    if (progress.phase == Phase::api_up) return;
    const bool has_bar = sign.phase == Phase::weights || sign.phase == Phase::graph_capture;
    progress = {.phase = sign.phase, .fraction = has_bar ? fraction_of(line) : std::nullopt};
    return;
  }
}

}  // namespace

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::container_start:
      return "container start";
    case Phase::engine_init:
      return "engine init";
    case Phase::weights:
      return "loading weights";
    case Phase::compiling:
      return "compiling";
    case Phase::kv_profiling:
      return "KV profiling";
    case Phase::graph_capture:
      return "capturing CUDA graphs";
    case Phase::api_up:
      return "API up";
  }
  return "";
}

EngineProgress read_engine_log(std::string_view log) {
  EngineProgress progress;
  // A progress bar draws itself anew behind a carriage return.
  for (const std::string_view line : base::split(log, '\n'))
    for (const std::string_view part : base::split(line, '\r')) read_line(part, progress);
  return progress;
}

}  // namespace k3s
