#include "gateway/backend.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "gateway/profile_probe.h"
#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace gateway {
namespace {

namespace asio = boost::asio;
using net::Task;
using std::chrono::seconds;
using translate::Engine;
using translate::Remedy;

constexpr seconds check_every{2};
constexpr seconds probe_every{60};
constexpr seconds trust_health_for{300};
constexpr seconds trust_requests_for{60};

}  // namespace

std::string_view name(BackendState state) {
  switch (state) {
    case BackendState::ok:
      return "ok";
    case BackendState::loading:
      return "loading";
    case BackendState::error:
      return "error";
  }
  return "error";
}

void Backend::set(BackendState state, std::string detail) {
  if (state != state_) spdlog::info("model server: {} {}", name(state), detail);
  state_ = state;
  detail_ = std::move(detail);
}

Task<void> Backend::watch() {
  asio::steady_timer timer(pool_.io());
  constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
  proven_ = Clock::now();
  while (true) {
    co_await check();
    asked_ = true;
    timer.expires_after(check_every);
    co_await timer.async_wait(as_result);
  }
}

Task<void> Backend::check() {
  const auto health = co_await net::fetch(pool_, "GET", "/health", "", seconds(5));
  if (!health) {
    // An engine that takes in a long prompt may not answer for a while: requests still get through.
    const bool silent = health.error().kind == net::UpstreamFailure::Kind::aborted;
    if (!silent) known_ = false;
    if (!silent || Clock::now() - proven_ > trust_requests_for)
      set(BackendState::error,
          silent ? "the model server does not answer /health" : health.error().message);
    co_return;
  }
  if (health->status == 503) {
    known_ = false;
    set(BackendState::loading, "the model is loading");
    co_return;
  }
  // 404: a server without /health; its model list has to do.
  if (health->status != 200 && health->status != 404) {
    set(BackendState::error, "/health answered " + std::to_string(health->status));
    co_return;
  }
  const auto now = Clock::now();
  if (!known_ || now - probed_ > probe_every) {
    const bool answered = co_await probe();
    if (!answered) co_return;
  }
  if (now - proven_ > trust_health_for) {
    co_await try_one_token();
  } else {
    set(BackendState::ok, "");
  }
}

Task<bool> Backend::probe() {
  const auto facts = co_await probe_engine(pool_);
  if (!facts) {
    set(BackendState::error, facts.error());
    co_return false;
  }
  probed_ = Clock::now();
  engine_slots_ = facts->slots;
  // What was learned from refusals stays as long as the model does.
  if (!known_ || facts->profile.model != profile_.model ||
      facts->profile.window != profile_.window) {
    profile_ = facts->profile;
    counts_.clear();
    takes_priority_ = profile_.engine == Engine::vllm;
    spdlog::info("model {}: window {}, images {}, system messages {}, roles {}", profile_.model,
                 profile_.window, profile_.vision ? "yes" : "no",
                 profile_.inline_system ? "in place" : "folded",
                 profile_.merge_same_role ? "merged" : "as they come");
    if (options_.keep_model)
      options_.keep_model({profile_.model, profile_.window, profile_.vision});
  }
  known_ = true;
  co_return true;
}

// A server whose /health says ok though no request gets through is found out here.
Task<void> Backend::try_one_token() {
  std::string body = "{\"model\":" + json::quoted(profile_.model) +
                     R"(,"messages":[{"role":"user","content":"hi"}],"max_tokens":1})";
  const auto reply =
      co_await net::fetch(pool_, "POST", "/v1/chat/completions", std::move(body), seconds(60));
  proven_ = Clock::now();
  if (reply && reply->status == 200) {
    set(BackendState::ok, "");
  } else {
    set(BackendState::error, "/health says ok, but a one-token request failed");
  }
}

Task<bool> Backend::ensure_known() {
  if (!known_) co_await check();
  co_return known_;
}

std::string Backend::label(std::string_view prefix) const {
  std::string_view id = profile_.model;
  if (const size_t slash = id.rfind('/'); slash != id.npos) id.remove_prefix(slash + 1);
  if (id.ends_with(".gguf")) id.remove_suffix(5);
  std::string label(prefix);
  if (!id.empty()) label += '-';
  for (const char c : id) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    label += upper ? static_cast<char>(c + 32) : kept ? c : '-';
  }
  return label;
}

void Backend::succeeded() {
  proven_ = Clock::now();
  if (state_ != BackendState::ok) set(BackendState::ok, "");
}

void Backend::failed(const net::UpstreamFailure& failure) {
  if (failure.kind != net::UpstreamFailure::Kind::unreachable) return;
  known_ = false;
  set(BackendState::error, failure.message);
}

bool Backend::learn(Remedy remedy) {
  switch (remedy) {
    case Remedy::none:
      return false;
    case Remedy::drop_priority:
      return std::exchange(takes_priority_, false);
    case Remedy::fold_system:
      return std::exchange(profile_.inline_system, false);
    case Remedy::drop_reasoning:
      return std::exchange(profile_.reasoning_history, false);
    case Remedy::merge_roles:
      return !std::exchange(profile_.merge_same_role, true);
  }
  return false;
}

Task<std::optional<int64_t>> Backend::count_tokens(const translate::ChatCall& call) {
  if (const auto known = counts_.find(call.prompt)) co_return known;
  std::string body = "{\"model\":" + json::quoted(profile_.model) + "," + call.prompt + "}";
  const bool llamacpp = profile_.engine == Engine::llamacpp;
  const std::string path = llamacpp ? "/v1/chat/completions/input_tokens" : "/tokenize";
  auto reply = co_await net::fetch(pool_, "POST", path, std::move(body), seconds(30));
  json::Document document;
  if (!reply || reply->status != 200 || document.parse_mended(reply->body)) co_return std::nullopt;
  const auto tokens = document.root()[llamacpp ? "input_tokens" : "count"].integer();
  if (tokens) counts_.put(call.prompt, *tokens);
  co_return tokens;
}

}  // namespace gateway
