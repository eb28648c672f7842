#include <filesystem>

#include <nlohmann/json.hpp>

#include "agent/mcp_setup.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

Cell state_cell(agent::Registered state) {
  switch (state) {
    case agent::Registered::no:
      return {"not registered", Tone::faint};
    case agent::Registered::yes:
      return {"registered"};
    case agent::Registered::differently:
      break;
  }
  return {"registered with another program"};
}

class McpStatusCommand : public Command {
 public:
  void declare(Args& args) override { args.flag("--json", json_, "print it as JSON"); }

  int run() override {
    const auto status = agent::look_at_mcp(sys::this_executable(), std::filesystem::current_path(),
                                           sys::environment());
    json_ ? print_json(status) : print(status);
    return 0;
  }

 private:
  static void print(const agent::McpStatus& status) {
    Output output;
    Table table{.titles = {"server", "state", "entry point"}, .rows = {}};
    for (const agent::McpRegistration& row : status.servers)
      table.rows.push_back({row.entry.name, state_cell(row.state),
                            row.command.empty() ? row.entry.program : row.command});
    output.table(table);
    for (const std::string& tool : status.denied)
      output.line(tool + " is denied in " + status.settings.string());
    for (const std::string& tool : status.allowed)
      output.line(tool + " is not denied in " + status.settings.string());
    if (!status.claude) note("claude is not on PATH: npm install -g @anthropic-ai/claude-code");
  }

  static void print_json(const agent::McpStatus& status) {
    Json record = {{"servers", Json::array()},
                   {"settings", status.settings.string()},
                   {"denied", status.denied}};
    for (const agent::McpRegistration& row : status.servers)
      record["servers"].push_back({{"name", row.entry.name},
                                   {"registered", row.state == agent::Registered::yes},
                                   {"command", row.command}});
    Output().json(record);
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_status() {
  return std::make_unique<McpStatusCommand>();
}

}  // namespace cli
