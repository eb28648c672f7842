// Watches a roll-out until all is up, it has failed, or its time is over.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "k3s/live.h"
#include "k3s/rollout.h"

namespace k3s {

// What a command shows while it works.
struct Display {
  std::function<void(std::string_view text, std::optional<double> fraction)> progress;
  std::function<void(std::string_view text)> note;
};

struct WatchOptions {
  std::chrono::seconds deadline{45 * 60};
  // How long a trouble that may pass is waited for.
  std::chrono::seconds patience{60};
  std::filesystem::path times;  // seconds that the phases took the last time, by model
};

// What the line says. `engine` is how far the engine's log is; pure.
struct Shown {
  std::string text;
  std::optional<double> fraction;
};
Shown describe(const Rollout& rollout, const EngineProgress& engine, double elapsed_seconds,
               std::optional<double> last_seconds);

// Returns when every deployment of the release is up, or, scaled to 0, gone. Throws base::Error
// with events and log when that cannot be, Interrupted at Ctrl-C.
void watch_rollout(Runner& runner, const Target& target, const WatchOptions& options,
                   const Display& display);

}  // namespace k3s
