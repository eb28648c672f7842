// `autosre proxy anthropic` and `autosre proxy codex`: the proxies as foreground servers.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/error.h"
#include "base/strings.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/kept_model.h"
#include "config/paths.h"
#include "gateway/server.h"
#include "net/url.h"
#include "sys/environment.h"
#include "sys/process.h"

namespace cli {
namespace {

std::string read_token(const std::string& file) {
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::string_view token = base::trim(text);
  if (!in.good() && token.empty())
    throw base::Error("cannot read a token from \"" + file + "\"", "the file is missing or empty",
                      "write one line with the token to it, readable only by you");
  if (token.find_first_of(" \t\r\n") != std::string_view::npos)
    throw base::Error("cannot take a token from \"" + file + "\"", "it holds more than one word",
                      "write one line with the token to it, readable only by you");
  return std::string(token);
}

// None where there is no home to keep it in.
std::optional<std::filesystem::path> kept_model_file(const net::Url& upstream) {
  try {
    std::string name = upstream.authority() + upstream.path;
    std::ranges::replace_if(name, [](char c) { return c == '/' || c == ':'; }, '-');
    return config::resolve_paths(sys::environment()).state / "models" / (name + ".json");
  } catch (const base::Error&) {
    return std::nullopt;
  }
}

void require_at_least(const std::string& option, int value, int least) {
  if (value < least)
    throw base::Error(option + " " + std::to_string(value), "it is too small",
                      "give " + std::to_string(least) + " or more", base::Exit::usage);
}

struct ProxyRow {
  gateway::Protocol protocol = gateway::Protocol::anthropic;
  const char* name = nullptr;
  const char* listen = nullptr;
};

class Proxy final : public Command {
 public:
  explicit Proxy(const ProxyRow& row) : row_(row), listen_(row.listen) {}

  void declare(Args& args) override {
    args.option("--listen", "ADDRESS:PORT", listen_, "where to answer", "AUTOSRE_LISTEN");
    args.option("--upstream", "URL", upstream_, "the OpenAI-compatible model server",
                "AUTOSRE_UPSTREAM");
    args.option("--token-file", "FILE", token_file_, "clients must show the token in this file",
                "AUTOSRE_TOKEN_FILE");
    args.option("--max-streams", "N", options_.max_streams,
                "requests at a time; more are answered 529", "AUTOSRE_MAX_STREAMS");
    args.option("--slots", "N", options_.slots,
                "requests the engine runs at a time, 0: as the engine says", "AUTOSRE_SLOTS");
    args.option("--reserve", "N", options_.reserve, "slots that side calls leave free",
                "AUTOSRE_RESERVE");
    args.flag("--trust-priority", options_.trust_priority,
              "take the client's x-autosre-priority header", "AUTOSRE_TRUST_PRIORITY");
    args.flag("--background-agents", options_.background_agents,
              "sub-agents wait for main agents, as side calls do", "AUTOSRE_BACKGROUND_AGENTS");
    args.flag("--thinking-prefilled", options_.thinking_prefilled,
              "answers begin inside <think>, and the server does not take it apart",
              "AUTOSRE_THINKING_PREFILLED");
    args.flag("--log-prompts", options_.log_prompts, "keep whole requests in the request log",
              "AUTOSRE_LOG_PROMPTS");
    args.flag("--no-request-log", no_request_log_, "write no request log",
              "AUTOSRE_NO_REQUEST_LOG");
  }

  int run() override {
    auto endpoint = net::parse_endpoint(listen_);
    if (!endpoint)
      throw base::Error("--listen " + listen_, endpoint.error(),
                        std::string("for example ") + row_.listen, base::Exit::usage);
    auto url = net::parse_url(upstream_);
    if (!url)
      throw base::Error("--upstream " + upstream_, url.error(), "for example http://127.0.0.1:8010",
                        base::Exit::usage);
    require_at_least("--max-streams", options_.max_streams, 1);
    require_at_least("--slots", options_.slots, 0);
    require_at_least("--reserve", options_.reserve, 0);
    options_.protocol = row_.protocol;
    options_.listen = *endpoint;
    options_.upstream = *url;
    if (!token_file_.empty()) options_.token = read_token(token_file_);
    if (!no_request_log_)
      options_.request_log =
          config::resolve_paths(sys::environment()).data / "proxy-requests.jsonl";
    spdlog::set_default_logger(spdlog::stderr_logger_st("proxy"));
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    if (!sys::find_program("pdftotext", sys::environment()))
      spdlog::warn(
          "PDF documents: pdftotext (poppler-utils) is not on PATH; "
          "the model is told that their text cannot be read");
    if (const auto kept = kept_model_file(*url)) {
      options_.last_model = read_kept_model(*kept);
      options_.keep_model = [kept](const gateway::ServedModel& model) { keep_model(*kept, model); };
    }
    gateway::serve(options_, [&](int port) {
      const net::Url url{options_.listen.address, static_cast<uint16_t>(port), {}};
      std::fprintf(stderr, "autosre: %s proxy ready on http://%s (upstream %s)\n", row_.name,
                   url.authority().c_str(), upstream_.c_str());
    });
    return 0;
  }

 private:
  ProxyRow row_;
  gateway::Options options_;
  std::string listen_;
  std::string upstream_ = "http://127.0.0.1:8010";
  std::string token_file_;
  bool no_request_log_ = false;
};

}  // namespace

std::unique_ptr<Command> make_proxy_anthropic() {
  return std::make_unique<Proxy>(ProxyRow{
      .protocol = gateway::Protocol::anthropic, .name = "anthropic", .listen = "127.0.0.1:8011"});
}

std::unique_ptr<Command> make_proxy_codex() {
  return std::make_unique<Proxy>(ProxyRow{
      .protocol = gateway::Protocol::responses, .name = "codex", .listen = "127.0.0.1:8012"});
}

}  // namespace cli
