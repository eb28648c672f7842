#include "cli/help.h"

#include <nlohmann/json.hpp>

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/dispatch.h"
#include "cli/output.h"

namespace cli {
namespace {

class Help : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--json", json_, "print the whole command tree as JSON");
    args.flag("--man", man_, "print the man page");
    args.positionals("COMMAND", words_, "the command to explain; none: list all");
  }

  int run() override {
    Output output;
    if (json_) return output.json(to_json(describe(commands()))), 0;
    if (man_) return output.text(render_man(describe(commands()))), 0;
    std::vector<std::string> words = words_;
    words.emplace_back("--help");
    return dispatch(words);
  }

 private:
  bool json_ = false;
  bool man_ = false;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_help() {
  return std::make_unique<Help>();
}

}  // namespace cli
