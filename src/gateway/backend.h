// What is known of the model server: its health, refreshed in the background, its model, its
// window, and what had to be learned from its refusals.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "gateway/count_cache.h"
#include "gateway/options.h"
#include "net/upstream.h"
#include "translate/anthropic/request.h"
#include "translate/profile.h"
#include "translate/upstream_error.h"

namespace gateway {

enum class BackendState { ok, loading, error };
std::string_view name(BackendState state);

class Backend {
 public:
  Backend(net::UpstreamPool& pool, const Options& options)
      : pool_(pool),
        options_(options),
        profile_{.model = options.last_model.id,
                 .window = options.last_model.window,
                 .vision = options.last_model.vision} {}

  // Never returns.
  net::Task<void> watch();

  // The first answer, or none, is in.
  bool asked() const { return asked_; }
  BackendState state() const { return state_; }
  const std::string& detail() const { return detail_; }
  // Before the server's first answer: the last model there was.
  const translate::ModelProfile& profile() const { return profile_; }
  // Asks the engine now when nothing is known of it yet.
  net::Task<bool> ensure_known();
  // The served model's id with this before it, of characters that clients accept.
  std::string label(std::string_view prefix) const;
  int slots() const { return options_.slots > 0 ? options_.slots : engine_slots_; }
  bool takes_priority() const { return takes_priority_; }

  // A request's outcome, which outdoes what /health says.
  void succeeded();
  void failed(const net::UpstreamFailure& failure);
  // Changes the profile as the engine's refusal asks; false when that was tried before.
  bool learn(translate::Remedy remedy);

  // The exact prompt length, by the engine's own template and tokenizer; asked once for each
  // prompt.
  net::Task<std::optional<int64_t>> count_tokens(const translate::ChatCall& call);

 private:
  using Clock = std::chrono::steady_clock;
  net::Task<void> check();
  net::Task<bool> probe();
  net::Task<void> try_one_token();
  void set(BackendState state, std::string detail);

  net::UpstreamPool& pool_;
  const Options& options_;
  BackendState state_ = BackendState::loading;
  std::string detail_ = "not asked yet";
  bool asked_ = false;
  translate::ModelProfile profile_;
  CountCache counts_;
  bool known_ = false;
  int engine_slots_ = 0;
  bool takes_priority_ = true;
  Clock::time_point probed_{};
  Clock::time_point proven_{};  // when a request last succeeded
};

}  // namespace gateway
