#include "gpu/look.h"

#include <algorithm>

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/strings.h"
#include "gpu/nvidia_smi.h"
#include "sys/files.h"
#include "sys/process.h"

namespace gpu {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr size_t longest_output = 1u << 20;

std::string text_of(const fs::path& file) {
  try {
    return sys::read_file(file).value_or("");
  } catch (const base::Error&) {
    return {};  // the process ended, or is not ours to see
  }
}

base::Result<std::string> ask_driver(const fs::path& program, std::vector<std::string> query,
                                     std::chrono::milliseconds deadline) {
  sys::Spawn command;
  command.argv = {program.string()};
  command.argv.insert(command.argv.end(), query.begin(), query.end());
  const auto end = steady_clock::now() + deadline;
  std::string output;
  const auto on_line = [&](std::string_view line) {
    if (output.size() < longest_output) output += std::string(line) + "\n";
  };
  const auto result = sys::run(command, on_line, [&] { return steady_clock::now() > end; });
  if (result.was_interrupted) return std::unexpected("the driver does not answer");
  if (result.ended.signal != 0 || result.ended.code != 0) {
    const std::string said(base::trim(output.substr(0, output.find('\n'))));
    return std::unexpected(said.empty() ? sys::describe(result.ended) : said);
  }
  return output;
}

std::string user_of(const fs::path& process) {
  struct stat status{};
  if (stat(process.c_str(), &status) != 0) return {};
  const passwd* entry = getpwuid(status.st_uid);
  return entry == nullptr ? std::to_string(status.st_uid) : entry->pw_name;
}

// The driver cuts names off or has none for another user's process; /proc has the last word where
// it is readable. Engines name themselves ("VLLM::EngineCore"), so the given name is kept.
void complete(Process& process, const fs::path& proc) {
  const fs::path folder = proc / std::to_string(process.pid);
  const bool is_named = !process.name.empty() && !process.name.starts_with('[');
  const std::string comm(base::trim(text_of(folder / "comm")));
  if (!comm.empty() && (!is_named || process.name.contains('/'))) process.name = comm;
  process.user = user_of(folder);
  const Cgroup cgroup = parse_cgroup(text_of(folder / "cgroup"));
  process.pod = cgroup.pod;
  process.container = cgroup.container;
}

// `part` without its prefix and suffix, if it has both.
std::optional<std::string_view> between(std::string_view part, std::string_view prefix,
                                        std::string_view suffix) {
  if (!part.starts_with(prefix) || !part.ends_with(suffix)) return std::nullopt;
  if (part.size() < prefix.size() + suffix.size()) return std::nullopt;
  return part.substr(prefix.size(), part.size() - prefix.size() - suffix.size());
}

bool is_container_id(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// "kubepods-burstable-pod1234_5678.slice" or "pod1234-5678".
std::string pod_in(std::string_view part) {
  const size_t at = part.rfind("pod");
  const bool is_slice = part.starts_with("kubepods") && part.ends_with(".slice");
  if (at == part.npos || (!is_slice && at != 0)) return {};
  std::string uid(part.substr(at + 3));
  if (is_slice) uid.resize(uid.size() - std::string_view(".slice").size());
  std::ranges::replace(uid, '_', '-');
  return uid.size() == 36 ? uid : std::string();
}

}  // namespace

Cgroup parse_cgroup(std::string_view text) {
  Cgroup cgroup;
  for (const std::string_view part : base::split(text, '/')) {
    const std::string_view name = base::trim(part.substr(0, part.find('\n')));
    if (const std::string pod = pod_in(name); !pod.empty()) cgroup.pod = pod;
    std::string_view id = between(name, "", ".scope").value_or(name);
    id = id.substr(id.rfind('-') == id.npos ? 0 : id.rfind('-') + 1);
    if (is_container_id(id)) cgroup.container = id;
  }
  return cgroup;
}

Snapshot look(const config::Environment& environment, const Where& where) {
  Snapshot seen;
  seen.host = parse_meminfo(text_of(where.proc / "meminfo"));
  const auto program = sys::find_program("nvidia-smi", environment);
  if (!program) {
    const bool has_driver = fs::exists(where.proc / "driver/nvidia");
    seen.problem = has_driver ? "the NVIDIA driver is there, but nvidia-smi is not on PATH"
                              : "no NVIDIA GPU: nvidia-smi is not on PATH";
    return seen;
  }
  const auto devices = ask_driver(*program, device_query(), where.deadline);
  if (!devices) {
    seen.problem = "nvidia-smi: " + devices.error();
    return seen;
  }
  seen.devices = parse_devices(*devices);
  if (seen.devices.empty()) {
    seen.problem = "no NVIDIA GPU: nvidia-smi lists none";
    return seen;
  }
  const auto processes = ask_driver(*program, process_query(), where.deadline);
  if (!processes) {
    seen.problem = "nvidia-smi does not tell who computes: " + processes.error();
    return seen;
  }
  seen.processes = parse_processes(*processes);
  for (Process& process : seen.processes) complete(process, where.proc);
  return seen;
}

}  // namespace gpu
