#include "stack/status.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/cluster_status.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/where.h"
#include "sys/environment.h"

namespace cli {
namespace {

std::string duration(std::optional<long long> seconds) {
  if (!seconds) return "-";
  const long long s = *seconds;
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
}

Tone tone_of(stack::Health health) {
  if (health == stack::Health::ok) return Tone::good;
  return health == stack::Health::loading ? Tone::warning : Tone::bad;
}

Tone tone_of(const stack::Status& status) {
  if (status.is_healthy()) return Tone::good;
  return status.phase == "stopped" || status.phase == "dead" ? Tone::bad : Tone::warning;
}

Table facts_of(const stack::Status& status) {
  Table table{.titles = {}, .rows = {}};
  const auto add = [&](const char* name, const std::string& text, Tone tone = Tone::plain) {
    if (!text.empty()) table.rows.push_back({Cell(std::string(name), Tone::faint), {text, tone}});
  };
  add("stack", status.phase, tone_of(status));
  add("", status.detail);
  add("model", status.model);
  if (status.context_length != 0) add("window", fmt::format("{} tokens", status.context_length));
  add("api", status.api_url);
  add("proxy", status.proxy_url);
  add("codex proxy", status.codex_proxy_url);
  if (status.uptime_seconds) add("up", duration(status.uptime_seconds));
  add("last error", status.last_error);
  return table;
}

Table parts_of(const stack::Status& status) {
  Table table{.titles = {"part", "health", "pid", "restarts", "up", "url"}, .rows = {}};
  for (const stack::PartStatus& part : status.parts)
    table.rows.push_back({part.name,
                          {std::string(name_of(part.health)), tone_of(part.health)},
                          part.pid == 0 ? std::string("-") : std::to_string(part.pid),
                          std::to_string(part.restarts),
                          duration(part.uptime_seconds),
                          part.url});
  return table;
}

class ShowStatus : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--json", is_json_, "print it as JSON");
    where_.declare(args);
    cluster_.declare(args);
    cluster_.declare_addresses(args);
  }

  int run() override {
    if (decide_where(where_, cluster_) == Where::cluster) return show_cluster();
    const stack::Status status =
        stack::collect_status(config::resolve_paths(sys::environment()), stack::live_probe());
    Output output;
    if (is_json_) {
      output.json(to_json(status));
    } else {
      output.table(facts_of(status));
      if (!status.parts.empty()) {
        output.line({});
        output.table(parts_of(status));
      }
      if (status.phase == "stopped" || status.phase == "dead")
        note("start it with `autosre start --local`, or deploy it with `autosre k3s up`");
    }
    return status.is_healthy() ? 0 : 1;
  }

 private:
  int show_cluster() const {
    Cluster cluster;
    try {
      return show_cluster_status(read_cluster_status(cluster, cluster_), is_json_);
    } catch (const k3s::Interrupted&) {
      return interrupted_exit;
    }
  }

  WhereOptions where_;
  ClusterOptions cluster_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_status() {
  return std::make_unique<ShowStatus>();
}

}  // namespace cli
