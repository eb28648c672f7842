// `autosre setup`: what is needed and missing, and doing what can be done about it.
#include "cli/setup.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "sys/environment.h"
#include "sys/process.h"
#include "sys/signals.h"

namespace cli {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

constexpr int interrupted = 130;  // as a shell has it for Ctrl-C

json to_json(const std::vector<SetupItem>& items, bool is_complete) {
  json rows = json::array();
  for (const SetupItem& item : items)
    rows.push_back({{"code", item.code},
                    {"subject", item.subject},
                    {"met", item.is_met},
                    {"evidence", item.evidence},
                    {"remedy", item.remedy.empty() ? json() : json(item.remedy)},
                    {"action", item.action ? json(item.action->text) : json()}});
  return {{"complete", is_complete}, {"items", std::move(rows)}};
}

bool is_complete(const std::vector<SetupItem>& items) {
  return std::ranges::all_of(items, &SetupItem::is_met);
}

Table table_of(const std::vector<SetupItem>& items) {
  Table table{.titles = {"", "needs", "found", "remedy"}, .rows = {}};
  for (const SetupItem& item : items)
    table.rows.push_back({{item.is_met ? "ok" : "missing", item.is_met ? Tone::good : Tone::bad},
                          item.subject,
                          item.evidence,
                          item.is_met ? std::string() : item.remedy});
  return table;
}

// Enter means no: what is done here may take long and much space.
bool asks_and_gets_yes(const std::string& text) {
  fmt::print(stderr, "{}? [y/N] ", text);
  std::string answer;
  std::getline(std::cin, answer);
  return base::trim(answer) == "y" || base::trim(answer) == "yes";
}

// The program's own output goes to stderr: stdout is for the result.
bool run_program(const SetupAction& action, sys::Signals& signals, bool& was_interrupted) {
  const auto result = sys::run(
      {.argv = action.argv}, [](std::string_view line) { note(line); },
      [&] { return signals.wait(std::chrono::milliseconds(0)).has_value(); });
  was_interrupted = result.was_interrupted;
  if (result.ended.code == 0 && result.ended.signal == 0) return true;
  note(fmt::format("that failed: {}", sys::describe(result.ended)));
  return false;
}

bool make_links(const SetupAction& action) {
  for (const SetupAction::Link& link : action.links) {
    std::error_code error;
    fs::create_symlink(link.target, link.path, error);
    if (error && error != std::errc::file_exists) {
      note(fmt::format("cannot link {}: {}", link.path.string(), error.message()));
      return false;
    }
  }
  return true;
}

class Setup final : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--yes", is_agreed_, "do what can be done without asking");
    args.flag("--dry-run", is_dry_, "only say what would be done");
    args.flag("--json", is_json_, "print what was found as JSON");
  }

  int run() override {
    const config::Environment environment = sys::environment();
    std::vector<SetupItem> items = plan_setup(look_for_setup(environment));
    if (!is_json_) output_.table(table_of(items));
    const int done = offer(items);
    if (done < 0) return interrupted;
    if (done > 0) {
      items = plan_setup(look_for_setup(environment));
      if (!is_json_) {
        output_.line({});
        output_.table(table_of(items));
      }
    }
    if (is_json_) output_.json(to_json(items, is_complete(items)));
    return is_complete(items) ? 0 : 1;
  }

 private:
  // How many actions were tried; -1 when interrupted.
  int offer(const std::vector<SetupItem>& items) {
    const bool can_ask = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
    int tried = 0;
    for (const SetupItem& item : items) {
      if (!item.action) continue;
      if (is_dry_ || (!is_agreed_ && !can_ask)) {
        note(fmt::format("{} {}", is_dry_ ? "would" : "could", item.action->text));
        continue;
      }
      if (!is_agreed_ && !asks_and_gets_yes(item.action->text)) continue;
      ++tried;
      note(item.action->text);
      if (item.action->argv.empty()) {
        make_links(*item.action);
        continue;
      }
      sys::Signals signals({SIGINT, SIGTERM});
      bool was_interrupted = false;
      run_program(*item.action, signals, was_interrupted);
      if (was_interrupted) return -1;
    }
    return tried;
  }

  bool is_agreed_ = false;
  bool is_dry_ = false;
  bool is_json_ = false;
  Output output_;
};

}  // namespace

std::unique_ptr<Command> make_setup() {
  return std::make_unique<Setup>();
}

}  // namespace cli
