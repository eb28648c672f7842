#include "stack/start.h"

#include <fmt/format.h>

#include "base/error.h"
#include "cli/args.h"
#include "cli/cluster_scale.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "config/ports.h"
#include "sys/environment.h"

namespace cli {
namespace {

class Start : public Command {
 public:
  void declare(Args& args) override {
    args.flag("--local", is_local_, "run on this machine, without k3s and without a GPU");
    args.option("--model", "FILE.gguf", options_.model,
                "serve this model instead of the small one");
    args.option("--upstream", "URL", options_.upstream,
                "use this OpenAI-compatible server instead of an engine of our own");
    args.option("--engine", "FILE", options_.engine,
                "run this llama-server instead of building one", "AUTOSRE_ENGINE");
    args.option("--context", "TOKENS", options_.context,
                "window of one conversation; 0: the model's own");
    args.option("--api-port", "PORT", options_.api_port, "where the engine listens",
                "AUTOSRE_API_PORT");
    args.option("--proxy-port", "PORT", options_.proxy_port, "where the Anthropic proxy listens",
                "AUTOSRE_PROXY_PORT");
    args.option("--codex-proxy-port", "PORT", options_.codex_proxy_port,
                "where the Codex proxy listens", "AUTOSRE_CODEX_PROXY_PORT");
    args.flag("--foreground", options_.is_foreground, "stay here and stop at Ctrl-C");
    args.flag("--allow-contention", wanted_.allows_contention,
              "in the cluster: start even if the GPU is held by another");
    args.option("--timeout", "SECONDS", wanted_.timeout,
                "in the cluster: how long to wait for the model");
    cluster_.declare(args);
    cluster_.declare_addresses(args);
  }

  int run() override {
    if (!is_local_) {
      check_local_options();
      return start_cluster(cluster_, wanted_);
    }
    Progress progress;
    const stack::Display display = {
        .progress = [&](std::string_view text,
                        std::optional<double> fraction) { progress.update(text, fraction); },
        .note =
            [&](std::string_view text) {
              progress.done({});
              note(text);
            }};
    const auto result =
        stack::start_local(options_, config::resolve_paths(sys::environment()), display);
    progress.done({});
    return report(result);
  }

 private:
  void check_local_options() const {
    const bool has_any = !options_.model.empty() || !options_.upstream.empty() ||
                         options_.context != 0 || options_.is_foreground;
    if (has_any)
      throw base::Error("--model, --upstream, --context and --foreground are for a local stack", {},
                        "add --local", base::Exit::usage);
  }

  int report(const stack::StartResult& result) {
    if (options_.is_foreground) return 0;
    if (result.how == stack::Started::detached) {
      note(
          "the stack goes on starting in the background; see `autosre status`, end it with "
          "`autosre stop`");
      return interrupted_exit;
    }
    if (result.how == stack::Started::before) note("already running, nothing was changed");
    Output output;
    const stack::State& state = result.state;
    Table table{.titles = {}, .rows = {}};
    if (!state.model.empty())
      table.rows.push_back(
          {"model", fmt::format("{}, {} tokens", state.model, state.context_length)});
    table.rows.push_back({"api", state.api_url});
    table.rows.push_back({"proxy", state.proxy_url});
    table.rows.push_back({"codex proxy", state.codex_proxy_url});
    output.table(table);
    note("ready: try `autosre claude` or `autosre codex`");
    return 0;
  }

  bool is_local_ = false;
  StartWanted wanted_;
  ClusterOptions cluster_;
  stack::StartOptions options_{.model = {},
                               .upstream = {},
                               .engine = {},
                               .context = 0,
                               .api_port = config::api_port,
                               .proxy_port = config::proxy_port,
                               .codex_proxy_port = config::codex_proxy_port};
};

}  // namespace

std::unique_ptr<Command> make_start() {
  return std::make_unique<Start>();
}

}  // namespace cli
