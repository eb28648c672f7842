#include "cli/dispatch.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/help.h"
#include "cli/mcp_servers.h"
#include "cli/output.h"
#include "cli/registry.h"
#include "cli/suggest.h"
#include "cli/version.h"

namespace cli {
namespace {

using Words = std::vector<std::string>;

bool asks_for_help(const Words& words) {
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end,
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

base::Error unknown_command(const Words& words, std::span<const Entry* const> group) {
  std::vector<std::string_view> candidates;
  if (group.empty()) candidates = {"--help", "--version"};
  for (const Entry& entry : commands())
    if (group.empty()) candidates.push_back(entry.path.substr(0, entry.path.find(' ')));
  for (const Entry* entry : group)
    candidates.push_back(entry->path.substr(entry->path.find(' ') + 1));
  const std::string& name = group.empty() ? words.front() : words[1];
  const std::string parent = group.empty() ? "" : words.front() + " ";
  const std::string what = name.starts_with('-') ? "unknown option '" + name + "'"
                                                 : "unknown command '" + parent + name + "'";
  return base::Error(what, did_you_mean(name, candidates, parent), "`autosre --help` lists all",
                     base::Exit::usage);
}

int run_group(const Words& words, std::span<const Entry* const> group) {
  const bool has_word = words.size() > 1 && !words[1].starts_with('-');
  if (has_word) throw unknown_command(words, group);
  if (asks_for_help(words)) {
    Output output;
    output.text(render_group(words.front(), group, output.terminal()));
    return 0;
  }
  throw base::Error("`autosre " + words.front() + "` needs a command", "",
                    "see `autosre " + words.front() + " --help`", base::Exit::usage);
}

int print_page(const Entry& entry) {
  Output output;
  output.text(render_page(describe(entry), output.terminal()));
  return 0;
}

int run_command(const Entry& entry, const Words& rest) {
  const std::string name = "autosre " + std::string(entry.path);
  if (!entry.make && asks_for_help(rest)) return print_page(entry);
  if (!entry.make)
    throw base::Error("`" + name + "` is not built yet", "it is planned",
                      "`autosre --help` shows what is built");
  Args args(name);
  const std::unique_ptr<Command> command = entry.make();
  command->declare(args);
  if (args.asks_for_help(rest)) return print_page(entry);
  args.parse(rest);
  return command->run();
}

}  // namespace

int dispatch(int argc, char** argv) {
  Words words(argv + std::min(argc, 1), argv + argc);
  const McpServer* server = argc > 0 ? mcp_server_of(argv[0]) : nullptr;
  if (server != nullptr) words.insert(words.begin(), {"mcp", "serve", std::string(server->name)});
  return dispatch(words);
}

int dispatch(const Words& words) {
  Output output;
  if (words.empty() || words.front() == "--help" || words.front() == "-h") {
    output.text(render_root(commands(), output.terminal()));
    return 0;
  }
  if (words.front() == "--version") {
    output.line("autosre " + std::string(version()));
    return 0;
  }
  const Match match = find_command(commands(), words);
  if (match.entry)
    return run_command(*match.entry,
                       Words(words.begin() + static_cast<long>(match.words), words.end()));
  const auto group = find_group(commands(), words.front());
  if (!group.empty()) return run_group(words, group);
  throw unknown_command(words, {});
}

}  // namespace cli
