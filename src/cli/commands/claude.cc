#include "agent/claude_launch.h"
#include "cli/commands.h"
#include "cli/commands/launch_command.h"
#include "config/ports.h"

namespace cli {

std::unique_ptr<Command> make_claude() {
  return std::make_unique<LaunchCommand>(
      LaunchRow{.program = "claude",
                .proxy_port = config::proxy_port,
                .url_variable = "AUTOSRE_PROXY_URL",
                .proxy_url = &backend::Addresses::proxy,
                .rest = Args::Rest::anywhere,
                .rest_name = "CLAUDE-ARGUMENT",
                .rest_summary = "all else, and all after --, is claude's own",
                .plan = agent::plan_claude});
}

}  // namespace cli
