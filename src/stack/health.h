// How a part of the stack is, asked over HTTP.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace stack {

enum class Health {
  ok,
  loading,  // answers, but not for work yet
  error,    // answers that it, or what it stands before, is broken
  unreachable,
};
std::string_view name_of(Health health);

// From the answer to GET /health. 200 counts only when the JSON's `backend` is "ok", empty or
// missing; 503 is what a loading engine says; any other answer (404: it has no /health) comes from
// a working server. Pure.
Health judge_health(int status, std::string_view body);

Health ask_health(const std::string& url, std::chrono::milliseconds deadline);

}  // namespace stack
