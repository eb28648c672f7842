#include "cli/registry.h"

#include <array>

#include "base/strings.h"
#include "cli/cluster_commands.h"
#include "cli/commands.h"
#include "command_help_texts.h"

namespace cli {
namespace {

using enum Group;

const std::array all_commands = {
    Entry{"start", run, "start the stack and wait until it answers", make_start,
          command_help::start},
    Entry{"stop", run, "stop the stack, ending open answers first", make_stop, command_help::stop},
    Entry{"status", run, "show what runs, how it is and where it answers", make_status,
          command_help::status},
    Entry{"claude", run, "run Claude Code on the local model", make_claude, command_help::claude},
    Entry{"codex", run, "run Codex on the local model", make_codex, command_help::codex},
    Entry{"swarm", run, "let several agents work on one task", nullptr, {}},
    Entry{"demo", run, "walk through a guided scenario", nullptr, {}},
    Entry{"ui", run, "open the dashboard in the terminal or the browser", nullptr, {}},

    Entry{"proxy anthropic", serve, "serve the Anthropic Messages API in the foreground",
          make_proxy_anthropic, command_help::proxy_anthropic},
    Entry{"proxy codex", serve, "serve the OpenAI Responses API in the foreground",
          make_proxy_codex, command_help::proxy_codex},
    Entry{"mcp setup", serve, "register the local tools with Claude Code and deny its own",
          make_mcp_setup, command_help::mcp_setup},
    Entry{"mcp status", serve, "show which local tools are registered", make_mcp_status,
          command_help::mcp_status},
    Entry{"mcp remove", serve, "take back what mcp setup did", make_mcp_remove,
          command_help::mcp_remove},
    Entry{"mcp serve", serve, "serve one of the local MCP servers over stdio", make_mcp_serve,
          command_help::mcp_serve},
    Entry{"dropbox", serve, "run a private file drop over HTTPS", nullptr, {}},

    Entry{"logs", measure, "print or follow the logs of the stack", make_logs, command_help::logs},
    Entry{"metrics", measure, "print the engine's and the proxies' numbers", nullptr, {}},
    Entry{"watch", measure, "watch engine, requests, connections and GPU live", nullptr, {}},
    Entry{"bench", measure, "measure latency and throughput under load", nullptr, {}},
    Entry{"eval", measure, "audit a repository and compare two audits", nullptr, {}},

    Entry{"setup", manage, "check what is needed and install what is missing", make_setup,
          command_help::setup},
    Entry{"configure vllm", manage, "write down the nodes that vLLM runs on", make_configure_vllm,
          command_help::configure_vllm},
    Entry{"models list", manage, "list the models, their weights and what is loaded",
          make_models_list, command_help::models},
    Entry{"models pull", manage, "fetch a model's weights, or what is missing of them",
          make_models_pull, command_help::models},
    Entry{"recipes list", manage, "list the recipes: models and how each is served",
          make_recipes_list, command_help::recipes},
    Entry{"recipes show", manage, "show a recipe's serve command and environment",
          make_recipes_show, command_help::recipes},
    Entry{"recipes check", manage, "check recipe files and name every fault", make_recipes_check,
          command_help::recipes},
    Entry{"backends", manage, "list the backends and what each still needs", make_backends,
          command_help::backends},
    Entry{"k3s up", manage, "deploy a recipe to k3s and wait until it answers", make_k3s_up,
          command_help::k3s_up},
    Entry{"k3s down", manage, "take all of it away again", make_k3s_down, command_help::k3s_down},
    Entry{"k3s status", manage, "show the pods, their health and drift", make_k3s_status,
          command_help::k3s_status},
    Entry{"k3s render", manage, "print a recipe's values for helm, or the objects", make_k3s_render,
          command_help::k3s_render},
    Entry{"k3s diff", manage, "compare a recipe with what the cluster has", make_k3s_diff,
          command_help::k3s_diff},
    Entry{"k3s logs", manage, "print or follow the logs of the pods", make_k3s_logs,
          command_help::k3s_logs},
    Entry{"k3s image", manage, "pack the program into an image, for k3s", make_k3s_image,
          command_help::k3s_image},
    Entry{"dedicated on", manage, "give the whole GPU to the model", make_dedicated_on,
          command_help::dedicated},
    Entry{"dedicated off", manage, "restore what ran before", make_dedicated_off,
          command_help::dedicated},
    Entry{"dedicated status", manage, "show who has the GPU, and what ran before",
          make_dedicated_status, command_help::dedicated},
    Entry{"cluster", manage, "form a cluster of several nodes", nullptr, {}},
    Entry{"provision", manage, "prepare, back up and rebuild nodes over SSH", nullptr, {}},
    Entry{"keys", manage, "make and show SSH keys for the nodes", nullptr, {}},
    Entry{"ssh", manage, "run a command on a node", nullptr, {}},

    Entry{"doctor", about, "check this machine and say what to do", make_doctor,
          command_help::doctor},
    Entry{"completion", about, "print completion for bash, zsh or fish", make_completion,
          command_help::completion},
    Entry{"help", about, "show help for a command, all as JSON or a man page", make_help,
          command_help::help},
    Entry{"version", about, "show the version and what it was built with", make_version,
          command_help::version},
};

}  // namespace

std::span<const Entry> commands() {
  return all_commands;
}

Match find_command(std::span<const Entry> table, std::span<const std::string> words) {
  Match best;
  for (const Entry& entry : table) {
    const auto path = base::split(entry.path, ' ');
    if (path.size() > words.size() || path.size() <= best.words) continue;
    if (std::equal(path.begin(), path.end(), words.begin())) best = {&entry, path.size()};
  }
  return best;
}

std::vector<const Entry*> find_group(std::span<const Entry> table, std::string_view word) {
  std::vector<const Entry*> rows;
  for (const Entry& entry : table)
    if (entry.path.starts_with(word) && entry.path.substr(word.size()).starts_with(' '))
      rows.push_back(&entry);
  return rows;
}

Description describe(const Entry& entry) {
  if (!entry.make) return {.entry = &entry, .options = {}, .operands = {}};
  Args args;
  const std::unique_ptr<Command> command = entry.make();
  command->declare(args);
  return {.entry = &entry, .options = args.options(), .operands = args.operands()};
}

std::vector<Description> describe(std::span<const Entry> table) {
  std::vector<Description> all;
  for (const Entry& entry : table) all.push_back(describe(entry));
  return all;
}

std::string_view title_of(Group group) {
  constexpr std::array<std::string_view, 5> titles = {"Run", "Serve", "Measure", "Manage", "About"};
  return titles.at(static_cast<size_t>(group));
}

}  // namespace cli
