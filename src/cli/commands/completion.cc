#include "cli/completion.h"

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace cli {
namespace {

class Completion : public Command {
 public:
  void declare(Args& args) override {
    args.positional("bash|zsh|fish", shell_, "the shell to print the script for", true);
  }

  int run() override {
    const auto tree = describe(commands());
    Output output;
    if (shell_ == "bash") output.text(render_bash_completion(tree));
    if (shell_ == "zsh") output.text(render_zsh_completion(tree));
    if (shell_ == "fish") output.text(render_fish_completion(tree));
    return 0;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion() {
  return std::make_unique<Completion>();
}

}  // namespace cli
