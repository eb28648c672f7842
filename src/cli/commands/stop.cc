#include "stack/stop.h"

#include "cli/commands.h"
#include "cli/output.h"
#include "sys/environment.h"

namespace cli {
namespace {

class Stop : public Command {
 public:
  int run() override {
    Progress progress;
    const stack::Display display = {
        .progress = [&](std::string_view text,
                        std::optional<double> fraction) { progress.update(text, fraction); },
        .note = [](std::string_view text) { note(text); }};
    const auto stopped = stack::stop_local(config::resolve_paths(sys::environment()), display);
    progress.done({});
    switch (stopped) {
      case stack::Stopped::now:
        note("stopped");
        break;
      case stack::Stopped::nothing_ran:
        note("nothing was running");
        break;
      case stack::Stopped::cleaned_up:
        note("nothing was running; the traces of a supervisor that died are removed");
        break;
    }
    return 0;
  }
};

}  // namespace

std::unique_ptr<Command> make_stop() {
  return std::make_unique<Stop>();
}

}  // namespace cli
