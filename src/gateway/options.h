// How a proxy is to run; the command line fills it in.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "net/url.h"

namespace gateway {

enum class Protocol { anthropic, responses };

// What clients are told of the model.
struct ServedModel {
  std::string id;
  int64_t window = 0;  // tokens; 0: not known
  bool vision = false;

  bool operator==(const ServedModel&) const = default;
};

struct Options {
  Protocol protocol = Protocol::anthropic;
  net::Endpoint listen{"127.0.0.1", 8011};
  net::Url upstream{"127.0.0.1", 8010, ""};
  std::string token;               // clients must show it; empty: none asked
  bool trust_priority = false;     // the client's x-autosre-priority counts
  bool background_agents = false;  // sub-agents are side calls
  bool log_prompts = false;
  bool thinking_prefilled = false;  // the template opens <think> and no server parser closes it
  int max_streams = 16384;
  int slots = 0;    // requests the engine runs at a time; 0: as the engine says
  int reserve = 1;  // of these, kept free for requests more urgent than side calls
  std::filesystem::path request_log;  // empty: none
  ServedModel last_model;  // as an earlier proxy knew it, for clients that come before the model
  std::function<void(const ServedModel&)> keep_model;  // for a later one; empty: not kept
  std::chrono::seconds upstream_idle{1800};  // an answer that stands still longer is given up
  std::chrono::seconds hold_head{3};         // the HTTP status is open this long
  std::chrono::seconds ping{9};
  std::chrono::seconds drain{30};
};

constexpr size_t max_body = 64u << 20;

}  // namespace gateway
