#include "cli/doctor.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/version.h"

namespace cli {
namespace {

constexpr std::uintmax_t gib = 1ull << 30;
constexpr std::uintmax_t wanted_disk = 4 * gib;       // engine build, model, logs
constexpr std::uintmax_t wanted_memory = 2 * gib;     // beside the model
constexpr std::uintmax_t longest_log = 100ull << 20;  // it is rotated there

struct Known {
  const char* program;
  const char* name;
  const char* package;
  std::string_view tested;
  Verdict absent;
  const char* if_older;
};

// Before 2.1.328 Claude Code does not heed the window for names that begin with claude-.
constexpr Known claude{.program = "claude",
                       .name = "Claude Code",
                       .package = "@anthropic-ai/claude-code",
                       .tested = tested_claude_version,
                       .absent = Verdict::fail,
                       .if_older = " (older versions may not know the model's window)"};

constexpr Known codex{.program = "codex",
                      .name = "Codex",
                      .package = "@openai/codex",
                      .tested = tested_codex_version,
                      .absent = Verdict::skip,
                      .if_older = " (older versions may not know all settings)"};

Check judge_agent(const Seen::Agent& agent, const Known& known) {
  Check check{.code = known.program,
              .verdict = Verdict::ok,
              .subject = known.name,
              .evidence = {},
              .remedy = {}};
  const std::string install = fmt::format("npm install -g {}", known.package);
  if (!agent.path) {
    check.verdict = known.absent;
    check.evidence = fmt::format("{} is not on PATH", known.program);
    check.remedy = install;
    return check;
  }
  const std::string version = agent.version.empty() ? "unknown" : agent.version;
  check.evidence =
      fmt::format("{} at {}, tested with {}", version, agent.path->string(), known.tested);
  if (agent.version.empty()) {
    check.verdict = Verdict::warn;
    check.remedy = fmt::format("run `{} --version` to see what is wrong", known.program);
  } else if (compare_versions(version, known.tested) < 0) {
    check.verdict = Verdict::warn;
    check.remedy = install + known.if_older;
  } else if (compare_versions(version, known.tested) > 0) {
    check.verdict = Verdict::warn;
    check.remedy = fmt::format("if it misbehaves: {}@{}", install, known.tested);
  }
  return check;
}

Check judge_folder(const Seen::Folder& folder) {
  Check check{.code = "folder-" + folder.name,
              .verdict = Verdict::ok,
              .subject = folder.name + " folder",
              .evidence = folder.path.string() + " can be written",
              .remedy = {}};
  if (folder.is_writable) return check;
  check.verdict = Verdict::fail;
  check.evidence = folder.path.string() + " cannot be written";
  check.remedy = "give yourself write permission, or set the XDG variable to another folder";
  return check;
}

Check judge_port(const Seen::Port& port) {
  Check check{.code = fmt::format("port-{}", port.number),
              .verdict = Verdict::ok,
              .subject = fmt::format("port {} ({})", port.number, port.purpose),
              .evidence = "free",
              .remedy = {}};
  if (port.is_free) return check;
  if (port.is_ours) {
    check.evidence = "in use by the stack";
    return check;
  }
  check.verdict = Verdict::warn;
  check.evidence = port.owner
                       ? fmt::format("held by {} (pid {})", port.owner->name, port.owner->pid)
                       : "held by another user's process";
  check.remedy = "end that program, or start the stack on another port";
  return check;
}

Check judge_proxy(std::string code, std::string subject, const std::string& url,
                  stack::Health health, bool is_running) {
  Check check{.code = std::move(code),
              .verdict = Verdict::ok,
              .subject = std::move(subject),
              .evidence = fmt::format("{}: {}", url, stack::name_of(health)),
              .remedy = {}};
  if (health == stack::Health::ok) return check;
  check.verdict = is_running ? Verdict::warn : Verdict::skip;
  if (health == stack::Health::error) check.verdict = Verdict::fail;
  if (!is_running && health == stack::Health::unreachable) check.evidence = "not started";
  check.remedy = is_running ? "autosre status" : "autosre start --local";
  return check;
}

Check judge_part(std::string code, std::string subject, const std::filesystem::path& path,
                 bool is_present) {
  Check check{.code = std::move(code),
              .verdict = Verdict::ok,
              .subject = std::move(subject),
              .evidence = path.string(),
              .remedy = {}};
  if (is_present) return check;
  check.verdict = Verdict::skip;
  check.evidence = "not fetched yet";
  check.remedy = "`autosre start --local` fetches it";
  return check;
}

Check judge_memory(const Seen& seen) {
  Check check{.code = "memory",
              .verdict = Verdict::ok,
              .subject = "memory",
              .evidence = render_bytes(seen.available_memory) + " available",
              .remedy = {}};
  const std::uintmax_t wanted = wanted_memory + seen.model_bytes;
  if (seen.available_memory == 0) {
    check.verdict = Verdict::skip;
    check.evidence = "not known";
  } else if (seen.available_memory < wanted && !seen.is_running) {
    check.verdict = Verdict::warn;
    check.evidence += ", the local model wants " + render_bytes(wanted);
    check.remedy = "close other programs";
  }
  return check;
}

Check judge_disk(const Seen& seen) {
  Check check{.code = "disk",
              .verdict = Verdict::ok,
              .subject = "disk",
              .evidence = render_bytes(seen.free_disk) + " free at " + seen.disk.string(),
              .remedy = {}};
  if (seen.free_disk >= wanted_disk || (seen.has_engine && seen.has_model && seen.free_disk >= gib))
    return check;
  check.verdict = Verdict::warn;
  check.remedy = "free " + render_bytes(wanted_disk) + " for engine, model and logs";
  return check;
}

Check judge_gpu(const Seen& seen) {
  if (seen.gpu.empty())
    return {.code = "gpu",
            .verdict = Verdict::skip,
            .subject = "NVIDIA GPU",
            .evidence = "none; local mode needs none",
            .remedy = {}};
  return {.code = "gpu",
          .verdict = Verdict::ok,
          .subject = "NVIDIA GPU",
          .evidence = seen.gpu,
          .remedy = {}};
}

Check judge_tool(const Seen::Tool& tool) {
  const bool is_present = tool.path.has_value();
  return {.code = tool.name,
          .verdict = is_present ? Verdict::ok : Verdict::skip,
          .subject = tool.name,
          .evidence = is_present ? tool.path->string() : "absent; only clusters need it",
          .remedy = {}};
}

Check judge_log(const Seen& seen) {
  Check check{.code = "request-log",
              .verdict = Verdict::ok,
              .subject = "request log",
              .evidence = fmt::format("{} at {}", render_bytes(seen.request_log_bytes),
                                      seen.request_log.string()),
              .remedy = {}};
  if (seen.request_log_bytes <= longest_log) return check;
  check.verdict = Verdict::warn;
  check.remedy = "it is not being rotated; restart the stack";
  return check;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  constexpr std::array<std::string_view, 4> names = {"ok", "warn", "fail", "skip"};
  return names.at(static_cast<size_t>(verdict));
}

std::vector<Check> judge(const Seen& seen) {
  std::vector<Check> checks = {judge_agent(seen.claude, claude), judge_agent(seen.codex, codex)};
  for (const Seen::Folder& folder : seen.folders) checks.push_back(judge_folder(folder));
  for (const Seen::Port& port : seen.ports) checks.push_back(judge_port(port));
  checks.push_back(judge_proxy("stack", "stack", seen.proxy_url, seen.health, seen.is_running));
  checks.push_back(judge_proxy("codex-proxy", "stack for Codex", seen.codex_proxy_url,
                               seen.codex_health, seen.is_running));
  checks.push_back(judge_part("engine", "local engine", seen.engine, seen.has_engine));
  checks.push_back(judge_part("model", "local model", seen.model, seen.has_model));
  checks.push_back(judge_memory(seen));
  checks.push_back(judge_disk(seen));
  checks.push_back(judge_gpu(seen));
  for (const Seen::Tool& tool : seen.cluster_tools) checks.push_back(judge_tool(tool));
  checks.push_back(judge_log(seen));
  return checks;
}

std::string parse_version(std::string_view text) {
  for (const std::string_view word : base::split(base::trim(text), ' '))
    if (word.contains('.') && word.find_first_not_of("0123456789.") == word.npos)
      return std::string(word);
  return {};
}

int compare_versions(std::string_view a, std::string_view b) {
  const auto left = base::split(a, '.');
  const auto right = base::split(b, '.');
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const long long x = i < left.size() ? base::parse_number(left[i]).value_or(0) : 0;
    const long long y = i < right.size() ? base::parse_number(right[i]).value_or(0) : 0;
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

std::string render_bytes(std::uintmax_t bytes) {
  constexpr std::array<std::string_view, 5> units = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < units.size(); ++unit) size /= 1024;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units.at(unit));
}

}  // namespace cli
