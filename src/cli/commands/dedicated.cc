// `autosre dedicated on|off|status`: the GPU for the model alone, and back.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/dedicated_world.h"
#include "dedicated/apply.h"
#include "sys/environment.h"
#include "sys/files.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

dedicated::Config read_config(const fs::path& file) {
  const auto text = sys::read_file(file);
  if (!text) return {};
  auto read = dedicated::parse_config(*text, file.string());
  if (!read)
    throw base::Error("what shares the GPU is not known", read.error().front().text(),
                      "correct the file");
  return *std::move(read);
}

// One at a time: two would each take the other's doing for what ran before.
sys::FileLock lock(const config::Paths& paths) {
  auto held = sys::FileLock::try_lock(paths.state / "dedicated.lock");
  if (!held)
    throw base::Error("another `autosre dedicated` is at work", {}, "wait for it to end",
                      base::Exit::held);
  return *std::move(held);
}

class Switch final : public Command {
 public:
  explicit Switch(bool is_on) : is_on_(is_on) {}

  void declare(Args& args) override {
    args.flag("--dry-run", is_dry_, "print what would be done, and do nothing");
    args.flag("--json", is_json_, "print the plan as JSON, with --dry-run");
    options_.declare(args);
  }

  int run() override {
    const config::Paths paths = config::resolve_paths(sys::environment());
    const auto held = lock(paths);
    const fs::path file = dedicated::journal_file(paths);
    const dedicated::Config config = read_config(dedicated::config_file(paths));
    const auto journal = dedicated::load_journal(file);
    if (!is_on_ && !journal) {
      note("off already, nothing was changed");
      return 0;
    }
    Cluster cluster;
    try {
      DedicatedWorld world(cluster, options_.target);
      const dedicated::Seen seen = dedicated::look(world, config, journal);
      const dedicated::Plan plan =
          is_on_ ? dedicated::plan_on(config, journal, seen) : dedicated::plan_off(journal, seen);
      return apply(plan, config, world, file);
    } catch (const k3s::Interrupted&) {
      note(
          "interrupted; run it again and it goes on, or `autosre dedicated off` restores what ran "
          "before");
      return interrupted_exit;
    }
  }

 private:
  int apply(const dedicated::Plan& plan, const dedicated::Config& config, dedicated::World& world,
            const fs::path& file) {
    for (const std::string& warning : plan.warnings) note("warning: " + warning);
    if (is_on_ && config.shares.empty())
      note("nothing is listed that shares the GPU: see `autosre help dedicated on`");
    if (is_dry_) {
      print(plan);
      return 0;
    }
    dedicated::apply(plan, world, file, note);
    if (plan.changes_nothing())
      note("on already, nothing was changed");
    else
      note(is_on_ ? "the model has the GPU to itself" : "all runs as before");
    return 0;
  }

  void print(const dedicated::Plan& plan) const {
    Output output;
    json steps = json::array();
    for (const dedicated::Step& step : plan.steps) {
      steps.push_back(step.text);
      if (!is_json_) output.line(step.text);
    }
    if (is_json_) output.json({{"steps", std::move(steps)}, {"warnings", plan.warnings}});
  }

  bool is_on_;
  bool is_dry_ = false;
  bool is_json_ = false;
  ClusterOptions options_;
};

class ShowDedicated final : public Command {
 public:
  void declare(Args& args) override { args.flag("--json", is_json_, "print it as JSON"); }

  int run() override {
    const config::Paths paths = config::resolve_paths(sys::environment());
    const auto journal = dedicated::load_journal(dedicated::journal_file(paths));
    const dedicated::Config config = read_config(dedicated::config_file(paths));
    Output output;
    if (is_json_)
      output.json(to_json(journal, config));
    else
      print(journal, config, output);
    return 0;
  }

 private:
  static std::string phase_of(const std::optional<dedicated::Journal>& journal) {
    return journal ? std::string(name_of(journal->phase)) : "off";
  }

  static json to_json(const std::optional<dedicated::Journal>& journal,
                      const dedicated::Config& config) {
    json before = json::array();
    if (journal)
      for (const dedicated::Before& share : journal->shares)
        before.push_back({{"kind", name_of(share.share.kind)},
                          {"name", share.share.name},
                          {"copies", share.copies}});
    json shares = json::array();
    for (const dedicated::Share& share : config.shares)
      shares.push_back({{"kind", name_of(share.kind)}, {"name", share.name}});
    return {{"phase", phase_of(journal)},
            {"recipe", journal ? json(journal->recipe) : json()},
            {"shares", std::move(shares)},
            {"before", std::move(before)}};
  }

  static void print(const std::optional<dedicated::Journal>& journal,
                    const dedicated::Config& config, Output& output) {
    output.line(phase_of(journal));
    if (!journal) {
      for (const dedicated::Share& share : config.shares)
        output.line("  shares the GPU: " + share.text());
      return;
    }
    for (const dedicated::Before& before : journal->shares)
      output.line(fmt::format("  {}: {} before", before.share.text(),
                              before.copies == 0   ? "did not run"
                              : before.copies == 1 ? "ran"
                                                   : fmt::format("ran {} times", before.copies)));
    if (journal->phase != dedicated::Journal::Phase::on)
      note("it broke off there: run `autosre dedicated on` or `autosre dedicated off`");
  }

  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_dedicated_on() {
  return std::make_unique<Switch>(true);
}
std::unique_ptr<Command> make_dedicated_off() {
  return std::make_unique<Switch>(false);
}
std::unique_ptr<Command> make_dedicated_status() {
  return std::make_unique<ShowDedicated>();
}

}  // namespace cli
