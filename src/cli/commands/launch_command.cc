#include "cli/commands/launch_command.h"

#include <cerrno>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/proxy_probe.h"
#include "base/error.h"
#include "cli/completion_parts.h"
#include "cli/output.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

Json row_json(const agent::Variable& row) {
  return {{"name", row.name}, {"value", row.value}, {"reason", row.reason}};
}

Json files_json(const std::vector<agent::LaunchFile>& files) {
  Json rows = Json::array();
  for (const agent::LaunchFile& file : files)
    rows.push_back({{"path", file.path.string()}, {"mode", "0600"}, {"text", file.text}});
  return rows;
}

Json to_json(const agent::LaunchPlan& plan) {
  Json record = {{"label", plan.label},
                 {"proxy_url", plan.proxy_url},
                 {"run_id", plan.run_id},
                 {"arguments", plan.arguments}};
  record["environment"] = Json::array();
  for (const agent::Removed& row : plan.changes.removed)
    record["environment"].push_back(
        {{"name", row.name}, {"value", nullptr}, {"reason", row.reason}});
  for (const agent::Variable& row : plan.changes.set)
    record["environment"].push_back(row_json(row));
  if (!plan.settings.empty()) record["settings"] = Json::array();
  for (const agent::Variable& row : plan.settings) record["settings"].push_back(row_json(row));
  record["files"] = files_json(plan.files);
  if (!plan.kept_files.empty()) record["kept_files"] = files_json(plan.kept_files);
  return record;
}

// One line each: the custom headers hold line ends.
std::string on_one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

Table table_of(const char* title, const std::vector<agent::Variable>& variables) {
  Table table{.titles = {title, "value", "why"}, .rows = {}};
  for (const agent::Variable& row : variables)
    table.rows.push_back({row.name, on_one_line(row.value), row.reason});
  return table;
}

void print_reasons(const agent::LaunchPlan& plan, Output& output) {
  Table table = table_of("variable", plan.changes.set);
  for (auto row = plan.changes.removed.rbegin(); row != plan.changes.removed.rend(); ++row)
    table.rows.insert(table.rows.begin(), {row->name, Cell("(removed)", Tone::faint), row->reason});
  output.table(table);
  if (plan.settings.empty()) return;
  output.line({});
  output.table(table_of("setting", plan.settings));
}

void print_launch(const agent::LaunchPlan& plan, Output& output) {
  std::string line = plan.agent.program;
  for (const std::string& word : plan.arguments) line += " " + quote(word);
  output.line(line);
  for (const agent::LaunchFile& file : plan.files)
    output.text(fmt::format("\n# {} (0600, removed when {} ends)\n{}", file.path.string(),
                            plan.agent.program, file.text));
  for (const agent::LaunchFile& file : plan.kept_files)
    output.text(fmt::format("\n# {} (0600, kept)\n{}", file.path.string(), file.text));
}

// A process of its own, so that this one keeps a single thread; it reports on stderr, for stdout
// belongs to the agent.
int start_stack() {
  const sys::ProcessId child =
      sys::spawn({.argv = {sys::this_executable().string(), "start", "--local"},
                  .extra_environment = {},
                  .folder = {},
                  .output = STDERR_FILENO});
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(base::Exit::failed);
}

}  // namespace

void LaunchCommand::declare(Args& args) {
  args.flag("--lean", lean_, "few tools and a short prompt, for a model with a small window");
  args.option("--priority", "N", priority_,
              "lower is more urgent; heeded by a proxy that trusts its clients",
              "AUTOSRE_PRIORITY");
  args.option("--url", "URL", url_, "the proxy, if it is not that of the stack which runs",
              row_.url_variable);
  args.flag("--auto-start", auto_start_,
            "start the local stack when it does not answer; not with --url", "AUTOSRE_AUTO_START");
  args.flag("--print-env", print_env_, "print the environment for a shell's eval");
  args.flag("--explain", explain_, "print the environment with a reason for each variable");
  args.flag("--dry-run", dry_run_, "print the arguments and files, run nothing");
  args.flag("--json", json_, "with --explain or --dry-run: print it as JSON");
  args.rest(row_.rest_name, words_, row_.rest_summary, row_.rest);
}

int LaunchCommand::run() {
  if (json_ && !explain_ && !dry_run_)
    throw base::Error(
        "--json has nothing to print", "it goes with --explain or --dry-run",
        fmt::format("an option of {}'s own stands behind its first word or --", row_.program),
        base::Exit::usage);
  const config::Environment environment = sys::environment();
  agent::LaunchRequest request = make_request(environment);
  if (auto_start_ && url_.empty() && !stack_answers(request, environment)) {
    if (const int code = start_stack(); code != 0) return code;
    request = make_request(environment);  // it may answer elsewhere
  }
  const agent::LaunchPlan plan = row_.plan(request, environment);
  for (const std::string& text : plan.notes) note("note: " + text);
  if (request.need == agent::Need::description) return print(plan);
  agent::become(plan, environment);
}

agent::LaunchRequest LaunchCommand::make_request(const config::Environment& environment) const {
  const bool is_described = print_env_ || explain_ || dry_run_;
  agent::LaunchRequest request{
      .proxy_url = url_,
      .api_url = {},
      .tools = lean_ ? agent::Tools::few : agent::Tools::all,
      .priority = priority_,
      .words = words_,
      .need = is_described ? agent::Need::description : agent::Need::answers};
  if (url_.empty()) {
    const backend::Addresses found = backend::find_addresses(environment);
    request.proxy_url = found.*row_.proxy_url;
    request.api_url = found.api;
  } else if (const auto named = environment.find("AUTOSRE_API_URL"); named != environment.end()) {
    request.api_url = named->second;
  }
  return request;
}

bool LaunchCommand::stack_answers(const agent::LaunchRequest& request,
                                  const config::Environment& environment) const {
  return agent::ask_health(agent::find_proxy(request, row_.proxy_port, environment)) ==
         stack::Health::ok;
}

int LaunchCommand::print(const agent::LaunchPlan& plan) const {
  Output output;
  if (print_env_) {
    agent::keep_files(plan);  // what that shell starts reads them
    output.text(agent::render_exports(plan.changes, plan.secret) + plan.shell_lines);
  } else if (json_) {
    output.json(to_json(plan));
  } else if (explain_) {
    print_reasons(plan, output);
  } else {
    print_launch(plan, output);
  }
  return 0;
}

}  // namespace cli
