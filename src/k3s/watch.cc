#include "k3s/watch.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <poll.h>

#include "base/error.h"
#include "k3s/explain.h"
#include "stack/times.h"

namespace k3s {
namespace {

using std::chrono::steady_clock;

constexpr int interval_ms = 300;
constexpr int read_lines = 400;
// A pod of the release before may be there for that long, and is not to blame.
constexpr std::chrono::seconds last_moment{4};

double seconds_since(steady_clock::time_point begun) {
  return std::chrono::duration<double>(steady_clock::now() - begun).count();
}

std::string model_of(const std::vector<Deployment>& deployments) {
  for (const Deployment& deployment : deployments)
    if (!deployment.model.empty()) return deployment.model;
  return {};
}

class Watch {
 public:
  Watch(Runner& runner, const Target& target, const WatchOptions& options, const Display& display)
      : runner_(runner), target_(target), options_(options), display_(display) {}

  void run() {
    while (!look()) {
      if (runner_.is_interrupted()) throw Interrupted{};
      poll(nullptr, 0, interval_ms);
    }
    if (was_started_) record();
  }

 private:
  // Whether it is done.
  bool look() {
    const Workload workload = read_workload(runner_, target_);
    const Rollout rollout = judge(workload.deployments, workload.pods);
    model_ = model_of(workload.deployments);
    if (rollout.is_done) return true;
    was_started_ = rollout.wanted > 0;
    check_troubles(rollout);
    read_engine(rollout);
    const Shown shown =
        describe(rollout, engine_, seconds_since(begun_), stack::last_time(options_.times, key()));
    display_.progress(shown.text, shown.fraction);
    if (seconds_since(begun_) > static_cast<double>(options_.deadline.count())) give_up(rollout);
    return false;
  }

  void check_troubles(const Rollout& rollout) {
    std::map<std::string, steady_clock::time_point> lasting;
    for (const Trouble& trouble : rollout.troubles) {
      const auto known = since_.find(trouble.pod);
      const auto begun = known == since_.end() ? steady_clock::now() : known->second;
      lasting.emplace(trouble.pod, begun);
      const bool is_hopeless = trouble.weight == Trouble::Weight::hopeless;
      const auto limit = is_hopeless ? last_moment : options_.patience;
      if (steady_clock::now() - begun > limit) throw explain(runner_, target_, trouble);
    }
    since_ = std::move(lasting);
  }

  // The furthest point of this pod: the beginning of a long log is not read again.
  void read_engine(const Rollout& rollout) {
    if (rollout.engine_pod != engine_pod_) engine_ = {};
    engine_pod_ = rollout.engine_pod;
    if (!rollout.is_engine_running || rollout.is_engine_ready) return;
    const Answer log = runner_.run({.arguments = {"logs", engine_pod_, "-n", target_.name_space,
                                                  fmt::format("--tail={}", read_lines)}});
    const EngineProgress now = read_engine_log(log.out);
    if (now.phase < engine_.phase) return;
    engine_ = now;
  }

  [[noreturn]] void give_up(const Rollout& rollout) {
    const std::string pod = rollout.troubles.empty() ? engine_pod_ : rollout.troubles.front().pod;
    const std::string what = rollout.troubles.empty()
                                 ? fmt::format("{} is not ready after {} s",
                                               rollout.missing.front(), options_.deadline.count())
                                 : rollout.troubles.front().what;
    throw explain(runner_, target_,
                  {.pod = pod,
                   .what = what,
                   .next = "read `autosre k3s logs`, or wait longer with "
                           "--timeout"});
  }

  std::string key() const { return "k3s " + model_; }

  void record() const { stack::record_time(options_.times, key(), seconds_since(begun_)); }

  Runner& runner_;
  const Target& target_;
  const WatchOptions& options_;
  const Display& display_;
  const steady_clock::time_point begun_ = steady_clock::now();
  std::map<std::string, steady_clock::time_point> since_;  // a pod's trouble
  std::string model_;
  std::string engine_pod_;
  EngineProgress engine_;
  bool was_started_ = false;
};

}  // namespace

Shown describe(const Rollout& rollout, const EngineProgress& engine, double elapsed_seconds,
               std::optional<double> last_seconds) {
  if (rollout.wanted == 0) return {.text = "waiting for the pods to end", .fraction = std::nullopt};
  std::string text = fmt::format("{} of {} pods ready", rollout.ready, rollout.wanted);
  if (!rollout.engine_pod.empty() && !rollout.is_engine_ready) {
    text += fmt::format(", {}", name_of(engine.phase));
    if (engine.fraction) text += fmt::format(" {:.0f}%", *engine.fraction * 100);
  } else if (!rollout.missing.empty() && rollout.missing.front() != engine_name) {
    text += ", waiting for " + rollout.missing.front();
  }
  if (!rollout.troubles.empty()) text += " (" + rollout.troubles.front().what + ")";
  constexpr double worth_telling = 5;
  if (!last_seconds || *last_seconds < worth_telling) return {.text = text, .fraction = {}};
  text += fmt::format(", {:.0f} s of about {:.0f} s", elapsed_seconds, *last_seconds);
  return {.text = text, .fraction = std::min(elapsed_seconds / *last_seconds, 0.99)};
}

void watch_rollout(Runner& runner, const Target& target, const WatchOptions& options,
                   const Display& display) {
  Watch(runner, target, options, display).run();
}

}  // namespace k3s
