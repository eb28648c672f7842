#include "stack/stop.h"

#include "cli/args.h"
#include "cli/cluster_scale.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/where.h"
#include "sys/environment.h"

namespace cli {
namespace {

class Stop : public Command {
 public:
  void declare(Args& args) override {
    where_.declare(args);
    cluster_.declare(args);
  }

  int run() override {
    if (decide_where(where_, cluster_) == Where::cluster) return stop_cluster(cluster_);
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

 private:
  WhereOptions where_;
  ClusterOptions cluster_;
};

}  // namespace

std::unique_ptr<Command> make_stop() {
  return std::make_unique<Stop>();
}

}  // namespace cli
