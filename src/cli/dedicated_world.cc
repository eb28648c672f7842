#include "cli/dedicated_world.h"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "base/error.h"
#include "base/strings.h"
#include "k3s/live.h"
#include "sys/capture.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace cli {
namespace {

using dedicated::Share;

constexpr std::chrono::seconds longest_stop{120};
constexpr int tries_for_the_gpu = 12;  // what was stopped may take a minute to let go of it
constexpr std::chrono::milliseconds between_tries{5000};

std::pair<std::string, std::string> namespace_and_name(const std::string& name) {
  const size_t slash = name.find('/');
  return {name.substr(0, slash), name.substr(slash + 1)};
}

}  // namespace

DedicatedWorld::DedicatedWorld(Cluster& cluster, k3s::Target target)
    : cluster_(cluster), target_(std::move(target)) {
  for (const k3s::Deployment& deployment :
       k3s::read_workload(cluster_.runner(), target_).deployments)
    if (deployment.name == k3s::engine_name) {
      recipe_ = deployment.recipe;
      engine_ = deployment.wanted;
    }
}

std::optional<DedicatedWorld::Answer> DedicatedWorld::ask(const std::vector<std::string>& argv) {
  if (!sys::find_program(argv.at(0), sys::environment())) return std::nullopt;
  sys::CaptureLimits limits;
  limits.deadline = longest_stop;
  limits.interrupted = [this] { return cluster_.runner().is_interrupted(); };
  const sys::Captured said = sys::capture({.argv = argv}, {}, limits);
  if (said.cut == sys::Cut::interrupted) throw k3s::Interrupted{};
  return Answer{.code = said.is_ok() ? 0 : std::max(said.ended.code, 1),
                .out = said.out,
                .err = std::string(base::trim(said.err))};
}

void DedicatedWorld::require(const std::vector<std::string>& argv, const std::string& what) {
  const auto answer = ask(argv);
  if (answer && answer->code == 0) return;
  throw base::Error("cannot " + what, answer ? answer->err : argv[0] + " is not on PATH",
                    "put that right and run it again: it goes on where it stopped");
}

// The one that knows a container of that name.
std::vector<std::string> DedicatedWorld::container_tool(const std::string& name) {
  for (const char* tool : {"docker", "podman"}) {
    const auto found = ask({tool, "inspect", "--type", "container", "--format", "x", name});
    if (found && found->code == 0) return {tool};
  }
  return {};
}

std::optional<int> DedicatedWorld::copies(const Share& share) {
  if (share.kind == Share::Kind::deployment) {
    const auto [space, name] = namespace_and_name(share.name);
    const std::string text =
        k3s::kubectl(cluster_.runner(),
                     {"get", "deployment", name, "-n", space, "-o", "json", "--ignore-not-found"},
                     "cannot read " + share.text());
    if (base::trim(text).empty()) return std::nullopt;
    return nlohmann::json::parse(text).at("spec").value("replicas", 1);
  }
  if (share.kind == Share::Kind::unit) {
    const auto answer =
        ask({"systemctl", "show", "--property=LoadState,ActiveState", "--", share.name});
    if (!answer || answer->code != 0 || answer->out.contains("LoadState=not-found"))
      return std::nullopt;
    // Also one that is just about to be.
    return answer->out.contains("ActiveState=active") || answer->out.contains("=activating") ||
                   answer->out.contains("=reloading")
               ? 1
               : 0;
  }
  std::vector<std::string> tool = container_tool(share.name);
  if (tool.empty()) return std::nullopt;
  tool.insert(tool.end(),
              {"inspect", "--type", "container", "--format", "{{.State.Running}}", share.name});
  const auto answer = ask(tool);
  return answer && base::trim(answer->out) == "true" ? 1 : 0;
}

void DedicatedWorld::scale(const std::string& path, int wanted) {
  const auto [space, name] = namespace_and_name(path);
  k3s::kubectl(cluster_.runner(),
               {"scale", "deployment", name, "-n", space, fmt::format("--replicas={}", wanted)},
               "cannot scale deployment " + path);
  const auto end = std::chrono::steady_clock::now() + longest_stop;
  while (wanted == 0) {
    const std::string text =
        k3s::kubectl(cluster_.runner(), {"get", "deployment", name, "-n", space, "-o", "json"},
                     "cannot read deployment " + path);
    const auto status = nlohmann::json::parse(text).value("status", nlohmann::json::object());
    if (status.value("replicas", 0) == 0) return;
    if (std::chrono::steady_clock::now() > end)
      throw base::Error("deployment " + path + " does not stop", "it still has pods",
                        "see `kubectl get pods -n " + space + "`, then run it again");
    if (cluster_.runner().is_interrupted()) throw k3s::Interrupted{};
    poll(nullptr, 0, 500);
  }
}

void DedicatedWorld::stop(const Share& share) {
  if (share.kind == Share::Kind::deployment) return scale(share.name, 0);
  if (share.kind == Share::Kind::unit)
    return require({"systemctl", "stop", "--", share.name}, "stop " + share.text());
  std::vector<std::string> tool = container_tool(share.name);
  if (tool.empty()) return;  // it went by itself
  tool.insert(tool.end(), {"stop", share.name});
  require(tool, "stop " + share.text());
}

void DedicatedWorld::start(const Share& share, int wanted) {
  if (share.kind == Share::Kind::deployment) return scale(share.name, wanted);
  if (share.kind == Share::Kind::unit)
    return require({"systemctl", "start", "--", share.name}, "start " + share.text());
  std::vector<std::string> tool = container_tool(share.name);
  if (tool.empty()) tool = {"docker"};
  tool.insert(tool.end(), {"start", share.name});
  require(tool, "start " + share.text());
}

// The journal, which is written by now, says what is raised: see with_dedicated.
void DedicatedWorld::deploy(const std::string& recipe, const dedicated::Raised&) {
  int code = 0;
  for (int i = 0; i < tries_for_the_gpu; ++i) {
    code = run_self({"k3s", "up", recipe, "--namespace", target_.name_space});
    if (code != static_cast<int>(base::Exit::held)) break;
    for (int waited = 0; waited < between_tries.count(); waited += 200) {
      if (cluster_.runner().is_interrupted()) throw k3s::Interrupted{};
      poll(nullptr, 0, 200);
    }
  }
  if (code != 0)
    throw base::Error(
        "cannot deploy " + recipe, "see above",
        "run it again, or `autosre dedicated off` to restore what ran before",
        code == static_cast<int>(base::Exit::held) ? base::Exit::held : base::Exit::failed);
}

void DedicatedWorld::scale_engine(int) {
  if (run_self({"stop", "--cluster", "--namespace", target_.name_space}) != 0)
    throw base::Error("cannot stop the engine", "see above", "run it again");
}

int DedicatedWorld::run_self(const std::vector<std::string>& words) {
  sys::Spawn command;
  command.argv = {sys::this_executable().string()};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  const auto result = sys::run(
      command, [](std::string_view line) { note(line); },
      [this] { return cluster_.runner().is_interrupted(); });
  if (result.was_interrupted) throw k3s::Interrupted{};
  return result.ended.signal == 0 ? result.ended.code : 1;
}

}  // namespace cli
