#include "agent/mcp_setup.h"

#include <filesystem>
#include <string>
#include <vector>

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace cli {
namespace {

using Plan = std::vector<agent::McpStep> (*)(const agent::McpStatus&, const config::Environment&);

// Setup and its removal: both plan, print, apply.
class McpChange : public Command {
 public:
  explicit McpChange(Plan plan, const char* done) : plan_(plan), done_(done) {}

  void declare(Args& args) override {
    args.flag("--dry-run", dry_run_, "print what would be done, do nothing");
  }

  int run() override {
    const config::Environment environment = sys::environment();
    const auto status =
        agent::look_at_mcp(sys::this_executable(), std::filesystem::current_path(), environment);
    const auto steps = plan_(status, environment);
    Output output;
    for (const agent::McpStep& step : steps) output.line(step.what);
    if (steps.empty()) note("nothing to do");
    if (dry_run_ || steps.empty()) return 0;
    agent::apply(steps, environment);
    note(done_);
    return 0;
  }

 private:
  Plan plan_;
  const char* done_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_setup() {
  return std::make_unique<McpChange>(
      agent::plan_mcp_setup,
      "done: new sessions of claude have the local tools; `autosre mcp remove` takes them back");
}

std::unique_ptr<Command> make_mcp_remove() {
  return std::make_unique<McpChange>(agent::plan_mcp_removal,
                                     "done: as before `autosre mcp setup`");
}

}  // namespace cli
