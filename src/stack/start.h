// `start --local`: gets what is needed, starts the supervisor, waits until the stack answers.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/paths.h"
#include "stack/plan.h"
#include "stack/prepare.h"
#include "stack/state.h"

namespace stack {

struct StartOptions {
  std::string model;     // a .gguf file; empty: the catalog's
  std::string upstream;  // empty: our own engine
  std::string engine;    // a llama-server; empty: the catalog's
  int context = 0;       // 0: the model's own
  int api_port = 0;
  int proxy_port = 0;
  int codex_proxy_port = 0;
  bool is_foreground = false;
};

// What the command shows while it works.
struct Display {
  std::function<void(std::string_view text, std::optional<double> fraction)> progress;
  std::function<void(std::string_view text)> note;
};

enum class Started { now, before, detached };  // detached: interrupted, it goes on starting

struct StartResult {
  Started how = Started::now;
  State state;
};

// Throws base::Error, with Exit::held when a port is taken or the running stack is another than
// asked for. In the foreground it returns when the stack has been stopped.
StartResult start_local(const StartOptions& options, const config::Paths& paths,
                        const Display& display);

// What is to run: checks the files and addresses that were given, fetches what was not.
Settings resolve_settings(const StartOptions& options, const config::Paths& paths,
                          const Observer& observer);

}  // namespace stack
