#include "k3s/apply.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "k3s/live.h"
#include "k3s/yaml.h"

namespace k3s {
namespace {

using enum Step::Kind;
using std::chrono::seconds;

// With pods that end their answers first, and a slow machine.
constexpr seconds helm_patience{300};

// Kinds whose specification may be replaced as a whole.
constexpr std::array<std::string_view, 3> replaceable = {"Deployment", "NetworkPolicy",
                                                         "PodDisruptionBudget"};

void change(Runner& runner, std::vector<std::string> arguments, const std::string& what,
            const std::string& input = {}) {
  const Answer answer = runner.run({.arguments = std::move(arguments),
                                    .input = input,
                                    .deadline = helm_patience,
                                    .can_be_interrupted = false});
  if (!answer.is_ok()) fail(answer, what);
}

Answer helm(Runner& runner, std::vector<std::string> arguments) {
  return runner.run({.program = Call::Program::helm,
                     .arguments = std::move(arguments),
                     .deadline = helm_patience,
                     .can_be_interrupted = false});
}

bool is_helm_4(Runner& runner) {
  const Answer answer = helm(runner, {"version", "--template", "{{.Version}}"});
  return answer.is_ok() && !answer.out.starts_with("v3.");
}

void upgrade_release(const Target& target, const ChartFiles& files, Runner& runner) {
  std::vector<std::string> arguments = {"upgrade",   "--install",  target.release,
                                        files.chart, "-n",         target.name_space,
                                        "-f",        files.values, "--history-max=5"};
  // Since version 4 the server merges; a field that somebody changed by hand is ours again.
  if (is_helm_4(runner))
    arguments.insert(arguments.end(), {"--server-side=true", "--force-conflicts"});
  const Answer answer = helm(runner, std::move(arguments));
  if (!answer.is_ok()) fail(answer, "helm could not upgrade the release " + target.release);
}

void uninstall_release(const Target& target, Runner& runner) {
  const Answer answer = helm(runner, {"uninstall", target.release, "-n", target.name_space,
                                      "--cascade=foreground", "--wait", "--timeout=4m"});
  if (!answer.is_ok() && !answer.err.contains("not found"))
    fail(answer, "helm could not uninstall the release " + target.release);
}

void remove_object(const Json& object, Runner& runner) {
  change(runner, {"delete", "--ignore-not-found", "--wait=true", "--timeout=240s", "-f", "-"},
         "cannot remove " + name_of_object(object), object.dump());
}

void create_object(const Json& object, Runner& runner) {
  const std::string name = name_of_object(object);
  change(runner, {"create", "-f", "-"}, "cannot create " + name, object.dump());
  // Its addresses may be used only when the server has taken it up.
  if (text_at(object, "/kind") == "ServiceCIDR")
    change(runner, {"wait", "--for=condition=Ready", "--timeout=60s", "-f", "-"},
           name + " does not become ready", object.dump());
}

void apply_step(const Step& step, const Target& target, const ChartFiles& files, Runner& runner) {
  switch (step.kind) {
    case create:
      return create_object(step.object, runner);
    case replace:
      return change(runner, {"replace", "-f", "-"}, "cannot replace " + name_of_object(step.object),
                    step.object.dump());
    case remove:
    case forget_revision:
      return remove_object(step.object, runner);
    case import_image:
      return files.import_image();
    case upgrade:
      return upgrade_release(target, files, runner);
    case uninstall:
      return uninstall_release(target, runner);
  }
}

}  // namespace

void apply(const Plan& plan, const Target& target, const ChartFiles& files, Runner& runner,
           const std::function<void(std::string_view)>& on_step) {
  for (const Step& step : plan.steps) {
    if (runner.is_interrupted()) throw Interrupted{};
    on_step(step.text);
    apply_step(step, target, files, runner);
  }
}

std::vector<std::string> restore(const Desired& desired, Runner& runner) {
  std::vector<std::string> restored;
  const Live live = read_live(runner, desired.target);
  for (const Json& object : desired.objects) {
    const std::string name = name_of_object(object);
    const auto same = std::ranges::find(live.objects, name, name_of_object);
    if (std::ranges::count(replaceable, text_at(object, "/kind")) == 0) continue;
    if (same == live.objects.end() || compare(std::vector{object}, std::vector{*same}).empty())
      continue;
    const Json patch =
        Json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", object.at("spec")}}});
    change(runner,
           {"patch", text_at(object, "/kind"), text_at(object, "/metadata/name"), "-n",
            desired.target.name_space, "--type=json", "--patch-file=/dev/stdin"},
           "cannot restore " + name, patch.dump());
    restored.push_back(name);
  }
  return restored;
}

std::string render_text(const Target& target, const ChartFiles& files, const std::string& version,
                        bool has_monitoring, Runner& runner) {
  std::vector<std::string> arguments = {"template",        target.release, files.chart, "-n",
                                        target.name_space, "-f",           files.values};
  if (!version.empty()) arguments.push_back("--kube-version=" + version);
  if (has_monitoring) arguments.emplace_back("--api-versions=monitoring.coreos.com/v1");
  const Answer answer = helm(runner, std::move(arguments));
  if (!answer.is_ok())
    throw base::Error("the chart cannot be rendered", answer.err,
                      "correct the recipe (`autosre recipes check`) or the files of --values");
  return answer.out;
}

std::vector<Json> render(const Target& target, const ChartFiles& files, const std::string& version,
                         bool has_monitoring, Runner& runner) {
  const auto objects = parse_yaml(render_text(target, files, version, has_monitoring, runner));
  if (!objects) throw base::Error("the chart renders what is not YAML", objects.error());
  return *objects;
}

}  // namespace k3s
