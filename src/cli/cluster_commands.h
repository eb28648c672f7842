// The commands of `autosre k3s`; their rows are in registry.cc as all others are.
#pragma once

#include <memory>

#include "cli/command.h"

namespace cli {

std::unique_ptr<Command> make_k3s_up();
std::unique_ptr<Command> make_k3s_down();
std::unique_ptr<Command> make_k3s_status();
std::unique_ptr<Command> make_k3s_render();
std::unique_ptr<Command> make_k3s_diff();
std::unique_ptr<Command> make_k3s_logs();

}  // namespace cli
