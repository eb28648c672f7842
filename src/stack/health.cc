#include "stack/health.h"

#include <nlohmann/json.hpp>

#include "net/blocking_get.h"

namespace stack {
namespace {

Health judge_backend(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("backend") || !json["backend"].is_string())
    return Health::ok;
  const std::string backend = json["backend"];
  if (backend == "loading") return Health::loading;
  return backend.empty() || backend == "ok" ? Health::ok : Health::error;
}

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::loading:
      return "loading";
    case Health::error:
      return "error";
    case Health::unreachable:
      return "unreachable";
  }
  return "unknown";
}

Health judge_health(int status, std::string_view body) {
  if (status == 200) return judge_backend(body);
  if (status == 503) return Health::loading;
  return status >= 500 ? Health::error : Health::ok;
}

Health ask_health(const std::string& url, std::chrono::milliseconds deadline) {
  const auto address = net::parse_url(url);
  if (!address) return Health::unreachable;
  const auto answer = net::blocking_get(*address, "/health", {.deadline = deadline});
  return answer ? judge_health(answer->status, answer->body) : Health::unreachable;
}

}  // namespace stack
