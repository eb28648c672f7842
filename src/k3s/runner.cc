#include "k3s/runner.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/strings.h"
#include "sys/capture.h"

namespace k3s {
namespace {

// kubectl and helm begin their lines with "error: " or "Error: "; warnings come before.
std::string last_line(std::string_view text) {
  std::string_view last;
  for (std::string_view line : base::split(text, '\n'))
    if (line = base::trim(line); !line.empty()) last = line;
  for (const std::string_view mark : {"error: ", "Error: "})
    if (last.starts_with(mark)) last.remove_prefix(mark.size());
  return std::string(last);
}

bool is_unreachable(std::string_view text) {
  for (const std::string_view sign :
       {"connection refused", "Unable to connect to the server", "was refused - did you specify",
        "i/o timeout", "no such host", "no route to host", "Kubernetes cluster unreachable",
        "context deadline exceeded"})
    if (text.contains(sign)) return true;
  return false;
}

class RealRunner final : public Runner {
 public:
  RealRunner(Tools tools, std::function<bool()> interrupted)
      : tools_(std::move(tools)), interrupted_(std::move(interrupted)) {}

  bool is_interrupted() override { return interrupted_(); }

  Answer run(const Call& call) override {
    sys::Spawn what{.argv = argv_of(call)};
    if (!tools_.kubeconfig.empty()) what.extra_environment["KUBECONFIG"] = tools_.kubeconfig;
    const std::string name = call.program == Call::Program::helm ? "helm" : "kubectl";
    sys::CaptureLimits limits{.deadline = call.deadline};
    if (call.can_be_interrupted) limits.interrupted = interrupted_;
    sys::Captured done = sys::capture(what, call.input, limits);
    if (done.cut == sys::Cut::interrupted) throw Interrupted{};
    if (done.cut == sys::Cut::out_of_time)
      throw base::Error(fmt::format("{} did not end within {} s", name, call.deadline.count()),
                        last_line(done.err), "check that `kubectl get nodes` answers");
    if (done.cut != sys::Cut::none || done.ended.signal != 0)
      throw base::Error(name + " was ended", describe(done.ended));
    return {.code = done.ended.code, .out = std::move(done.out), .err = std::move(done.err)};
  }

 private:
  std::vector<std::string> argv_of(const Call& call) const {
    std::vector<std::string> argv = tools_.kubectl;
    if (call.program == Call::Program::helm) {
      if (tools_.helm.empty())
        throw base::Error("there is no helm", "it is not on PATH",
                          "install helm (https://helm.sh/docs/intro/install)");
      argv = {tools_.helm};
    }
    argv.insert(argv.end(), call.arguments.begin(), call.arguments.end());
    return argv;
  }

  Tools tools_;
  std::function<bool()> interrupted_;
};

}  // namespace

std::unique_ptr<Runner> real_runner(Tools tools, std::function<bool()> interrupted) {
  return std::make_unique<RealRunner>(std::move(tools), std::move(interrupted));
}

void fail(const Answer& answer, const std::string& what) {
  const std::string why = last_line(answer.err);
  if (is_unreachable(answer.err))
    throw base::Error("the cluster does not answer", why,
                      "check `kubectl get nodes`; k3s is started with `sudo systemctl start k3s`");
  if (answer.err.contains("Unauthorized") || answer.err.contains("forbidden"))
    throw base::Error(what, why, "use a KUBECONFIG whose user may do this");
  throw base::Error(what, why);
}

std::string kubectl(Runner& runner, std::vector<std::string> arguments, const std::string& what,
                    const std::string& input) {
  Answer answer = runner.run({.arguments = std::move(arguments), .input = input});
  if (!answer.is_ok()) fail(answer, what);
  return std::move(answer.out);
}

}  // namespace k3s
