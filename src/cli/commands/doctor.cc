#include "cli/doctor.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "sys/environment.h"

namespace cli {
namespace {

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return Tone::good;
    case Verdict::warn:
      return Tone::warning;
    case Verdict::fail:
      return Tone::bad;
    case Verdict::skip:
      break;
  }
  return Tone::faint;
}

nlohmann::ordered_json to_json(const std::vector<Check>& checks, bool is_ok) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Check& check : checks)
    rows.push_back({{"code", check.code},
                    {"status", name_of(check.verdict)},
                    {"subject", check.subject},
                    {"evidence", check.evidence},
                    {"remedy", check.remedy.empty() ? nlohmann::ordered_json()
                                                    : nlohmann::ordered_json(check.remedy)}});
  return {{"ok", is_ok}, {"checks", std::move(rows)}};
}

class Doctor : public Command {
 public:
  void declare(Args& args) override { args.flag("--json", json_, "print it as JSON"); }

  int run() override {
    const std::vector<Check> checks = judge(look(sys::environment()));
    const bool is_ok = std::ranges::none_of(
        checks, [](const Check& check) { return check.verdict == Verdict::fail; });
    Output output;
    if (json_) {
      output.json(to_json(checks, is_ok));
      return is_ok ? 0 : 1;
    }
    Table table{.titles = {"status", "subject", "evidence", "remedy"}, .rows = {}};
    for (const Check& check : checks)
      table.rows.push_back({Cell(std::string(name_of(check.verdict)), tone_of(check.verdict)),
                            check.subject, check.evidence, check.remedy});
    output.table(table);
    return is_ok ? 0 : 1;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor() {
  return std::make_unique<Doctor>();
}

}  // namespace cli
