#include "agent/codex_launch.h"
#include "cli/commands.h"
#include "cli/commands/launch_command.h"
#include "config/ports.h"

namespace cli {

std::unique_ptr<Command> make_codex() {
  // Codex has subcommands, some with an option --json too.
  return std::make_unique<LaunchCommand>(
      LaunchRow{.program = "codex",
                .proxy_port = config::codex_proxy_port,
                .url_variable = "AUTOSRE_CODEX_PROXY_URL",
                .proxy_url = &backend::Addresses::codex_proxy,
                .rest = Args::Rest::from_first,
                .rest_name = "CODEX-ARGUMENT",
                .rest_summary = "from the first other word on, and all after --, is codex's own",
                .plan = agent::plan_codex});
}

}  // namespace cli
