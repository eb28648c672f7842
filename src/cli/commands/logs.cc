#include "stack/logs.h"

#include <chrono>
#include <csignal>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/cluster_logs.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/where.h"
#include "sys/environment.h"
#include "sys/signals.h"

namespace cli {
namespace {

constexpr std::chrono::milliseconds interval{250};

class Logs : public Command {
 public:
  void declare(Args& args) override {
    args.positional("supervisor|engine|proxy|codex-proxy|build", name_, "which log; left out: all",
                    false);
    args.flag("-f,--follow", is_following_, "go on with what is added, until Ctrl-C");
    args.option("-n,--lines", "N", lines_, "how many of the last lines");
    where_.declare(args);
    cluster_.declare(args);
  }

  int run() override {
    if (decide_where(where_, cluster_) == Where::cluster) return print_cluster();
    std::vector<std::string> names(stack::log_names.begin(), stack::log_names.end());
    if (!name_.empty()) names = {name_};
    const auto files = stack::files_of(config::resolve_paths(sys::environment()));
    stack::LogReader reader(files, names);
    const auto first = reader.last(lines_);
    if (first.empty() && !is_following_) note("no log in \"" + files.logs.string() + "\" yet");
    print(first);
    if (is_following_) follow(reader);
    return 0;
  }

 private:
  int print_cluster() const {
    if (name_ == "supervisor" || name_ == "build")
      throw base::Error("there is no log \"" + name_ + "\" in the cluster", {},
                        "name engine, proxy or codex-proxy", base::Exit::usage);
    Cluster cluster;
    return print_cluster_logs(cluster, cluster_,
                              {.part = name_, .is_following = is_following_, .lines = lines_});
  }

  void follow(stack::LogReader& reader) {
    sys::Signals signals({SIGINT, SIGTERM});
    while (!signals.wait(interval)) print(reader.added());
  }

  // Each text is headed by its log's name, unless it is the only one or goes on with the same log.
  void print(const std::vector<stack::LogText>& texts) {
    for (const stack::LogText& log : texts) {
      if (name_.empty() && log.name != printed_)
        output_.line(paint(fmt::format("==> {} <==", log.name), Tone::strong, output_.terminal()));
      output_.text(log.text);
      printed_ = log.name;
    }
  }

  WhereOptions where_;
  ClusterOptions cluster_;
  std::string name_;
  bool is_following_ = false;
  int lines_ = 50;
  Output output_;
  std::string printed_;
};

}  // namespace

std::unique_ptr<Command> make_logs() {
  return std::make_unique<Logs>();
}

}  // namespace cli
