#include <cerrno>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/launch.h"
#include "base/error.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/completion_parts.h"
#include "cli/output.h"
#include "config/paths.h"
#include "stack/state.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const agent::ClaudePlan& plan) {
  Json record = {{"label", plan.launch.label},
                 {"proxy_url", plan.launch.proxy_url},
                 {"run_id", plan.launch.run_id},
                 {"arguments", plan.arguments}};
  record["environment"] = Json::array();
  for (const agent::Removed& row : plan.changes.removed)
    record["environment"].push_back(
        {{"name", row.name}, {"value", nullptr}, {"reason", row.reason}});
  for (const agent::Variable& row : plan.changes.set)
    record["environment"].push_back(
        {{"name", row.name}, {"value", row.value}, {"reason", row.reason}});
  record["files"] = Json::array();
  for (const agent::LaunchFile& file : plan.files)
    record["files"].push_back(
        {{"path", file.path.string()}, {"mode", "0600"}, {"text", file.text}});
  return record;
}

// One line each: the custom headers hold line ends.
std::string on_one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

Table environment_table(const agent::ClaudeEnvironment& changes) {
  Table table{.titles = {"variable", "value", "why"}, .rows = {}};
  for (const agent::Removed& row : changes.removed)
    table.rows.push_back({row.name, Cell("(removed)", Tone::faint), row.reason});
  for (const agent::Variable& row : changes.set)
    table.rows.push_back({row.name, on_one_line(row.value), row.reason});
  return table;
}

class Claude : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--lean", lean_, "few tools and a short prompt, for a model with a small window");
    args.option("--priority", "N", priority_,
                "lower is more urgent; heeded by a proxy that trusts its clients",
                "AUTOSRE_PRIORITY");
    args.option("--url", "URL", url_, "the proxy, if it is not the local one", "AUTOSRE_PROXY_URL");
    args.flag("--auto-start", auto_start_, "start the stack when it does not answer",
              "AUTOSRE_AUTO_START");
    args.flag("--print-env", print_env_, "print the environment for a shell's eval");
    args.flag("--explain", explain_, "print the environment with a reason for each variable");
    args.flag("--dry-run", dry_run_, "print the arguments and files, run nothing");
    args.flag("--json", json_, "with --explain or --dry-run: print it as JSON");
    args.rest("CLAUDE-ARGUMENT", words_, "all else, and all after --, is claude's own");
  }

  int run() override {
    const config::Environment environment = sys::environment();
    agent::ClaudeRequest request = make_request(environment);
    if (auto_start_ && !agent::stack_answers(request, environment)) {
      if (const int code = start_stack(); code != 0) return code;
      request = make_request(environment);  // it may answer elsewhere
    }
    const agent::ClaudePlan plan = agent::plan_claude(request, environment);
    for (const std::string& text : plan.notes) note("note: " + text);
    if (request.need == agent::Need::description) return print(plan);
    agent::become_claude(plan, environment);
  }

 private:
  agent::ClaudeRequest make_request(const config::Environment& environment) const {
    agent::ClaudeRequest request{.proxy_url = url_,
                                 .api_url = {},
                                 .tools = lean_ ? agent::Tools::few : agent::Tools::all,
                                 .priority = priority_,
                                 .words = words_,
                                 .need = print_env_ || explain_ || dry_run_
                                             ? agent::Need::description
                                             : agent::Need::answers};
    const auto found = stack::find_running(stack::files_of(config::resolve_paths(environment)));
    if (url_.empty() && found.is_ours && found.state) {
      request.proxy_url = found.state->proxy_url;
      request.api_url = found.state->api_url;
    }
    return request;
  }

  // A process of its own, so that this one keeps a single thread; it reports on stderr, for stdout
  // belongs to claude.
  static int start_stack() {
    const sys::ProcessId child =
        sys::spawn({.argv = {sys::this_executable().string(), "start", "--local"},
                    .extra_environment = {},
                    .folder = {},
                    .output = STDERR_FILENO});
    int status = 0;
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(base::Exit::failed);
  }

  int print(const agent::ClaudePlan& plan) const {
    Output output;
    if (print_env_) {
      output.text(agent::render_exports(plan.changes, plan.launch));
    } else if (json_) {
      output.json(to_json(plan));
    } else if (explain_) {
      output.table(environment_table(plan.changes));
    } else {
      print_launch(plan, output);
    }
    return 0;
  }

  static void print_launch(const agent::ClaudePlan& plan, Output& output) {
    std::string line = "claude";
    for (const std::string& word : plan.arguments) line += " " + quote(word);
    output.line(line);
    for (const agent::LaunchFile& file : plan.files)
      output.text(fmt::format("\n# {} (0600, removed when claude ends)\n{}", file.path.string(),
                              file.text));
  }

  bool lean_ = false;
  std::optional<int> priority_;
  std::string url_;
  bool auto_start_ = false;
  bool print_env_ = false;
  bool explain_ = false;
  bool dry_run_ = false;
  bool json_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_claude() {
  return std::make_unique<Claude>();
}

}  // namespace cli
