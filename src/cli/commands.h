// The commands that are built: each is defined in commands/NAME.cc and has its row in registry.cc.
#pragma once

#include <memory>

#include "cli/command.h"

namespace cli {

std::unique_ptr<Command> make_start();
std::unique_ptr<Command> make_stop();
std::unique_ptr<Command> make_status();
std::unique_ptr<Command> make_logs();
std::unique_ptr<Command> make_claude();
std::unique_ptr<Command> make_codex();
std::unique_ptr<Command> make_proxy_anthropic();
std::unique_ptr<Command> make_proxy_codex();
std::unique_ptr<Command> make_configure_vllm();
std::unique_ptr<Command> make_setup();
std::unique_ptr<Command> make_dedicated_on();
std::unique_ptr<Command> make_dedicated_off();
std::unique_ptr<Command> make_dedicated_status();
std::unique_ptr<Command> make_models_list();
std::unique_ptr<Command> make_models_pull();
std::unique_ptr<Command> make_backends();
std::unique_ptr<Command> make_mcp_setup();
std::unique_ptr<Command> make_mcp_status();
std::unique_ptr<Command> make_mcp_remove();
std::unique_ptr<Command> make_mcp_serve();
std::unique_ptr<Command> make_recipes_list();
std::unique_ptr<Command> make_recipes_show();
std::unique_ptr<Command> make_recipes_check();
std::unique_ptr<Command> make_k3s_image();
std::unique_ptr<Command> make_doctor();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_help();
std::unique_ptr<Command> make_version();

}  // namespace cli
