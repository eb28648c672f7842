#include "stack/status.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "net/blocking_get.h"
#include "sys/clock.h"

namespace stack {
namespace {

using nlohmann::ordered_json;
constexpr std::chrono::seconds deadline{3};

PartStatus part_of(const ChildState& child, const Probe& probe) {
  PartStatus part{.name = child.name, .url = child.url, .restarts = child.restarts};
  part.last_error = child.last_error;
  if (!sys::is_alive(child.process)) return part;
  part.pid = child.process.pid;
  part.uptime_seconds = sys::seconds_since(child.started_at);
  part.health = probe.health(child.url);
  return part;
}

void add_upstream(Status& status, const State& state, const Probe& probe) {
  if (state.upstream.empty() || state.api_url.empty()) return;
  PartStatus part{.name = "upstream", .url = state.api_url};
  part.health = probe.health(state.api_url);
  status.parts.insert(status.parts.begin(), std::move(part));
}

// The supervisor looks at its parts every now and then; what was asked just now is newer.
Phase phase_of(const State& state, const std::vector<PartStatus>& parts) {
  if (state.phase == Phase::preparing || state.phase == Phase::stopping) return state.phase;
  const bool all_ok =
      std::ranges::all_of(parts, [](const PartStatus& part) { return part.health == Health::ok; });
  if (all_ok) return Phase::ready;
  return state.phase == Phase::ready ? Phase::degraded : state.phase;
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json number_or_null(std::optional<long long> number) {
  return number ? ordered_json(*number) : ordered_json();
}

ordered_json number_or_null(int number) {
  return number != 0 ? ordered_json(number) : ordered_json();
}

ordered_json part_json(const PartStatus& part) {
  return {{"name", part.name},
          {"url", part.url},
          {"health", name_of(part.health)},
          {"pid", number_or_null(part.pid)},
          {"restarts", part.restarts},
          {"uptime_s", number_or_null(part.uptime_seconds)},
          {"last_error", text_or_null(part.last_error)}};
}

}  // namespace

Served parse_served(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  try {
    const auto& first = json.at("data").at(0);
    Served served;
    served.model = first.value("id", "");
    served.context_length = first.value("max_model_len", 0);
    if (served.context_length == 0 && first.contains("meta") && first["meta"].is_object())
      served.context_length = first["meta"].value("n_ctx", 0);
    return served;
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

Probe live_probe() {
  return {.health = [](const std::string& url) { return ask_health(url, deadline); },
          .served =
              [](const std::string& url) {
                const auto address = net::parse_url(url);
                if (!address) return Served{};
                const auto answer =
                    net::blocking_get(*address, "/v1/models", {.deadline = deadline});
                return answer && answer->status == 200 ? parse_served(answer->body) : Served{};
              }};
}

Status collect_status(const config::Paths& paths, const Probe& probe) {
  const Found found = find_running(files_of(paths));
  Status status;
  status.phase = "stopped";
  if (!found.state) return status;
  const State& state = *found.state;
  status.model = state.model;
  status.context_length = state.context_length;
  status.api_url = state.api_url;
  status.proxy_url = state.proxy_url;
  status.codex_proxy_url = state.codex_proxy_url;
  status.last_error = state.last_error;
  for (const ChildState& child : state.children) status.parts.push_back(part_of(child, probe));
  if (!found.is_ours) {
    status.phase = "dead";
    status.detail = "the supervisor ended without being stopped";
    return status;
  }
  status.supervisor_pid = state.supervisor.pid;
  status.uptime_seconds = sys::seconds_since(state.started_at);
  status.detail = state.phase == Phase::preparing ? state.detail : "";
  add_upstream(status, state, probe);
  status.phase = name_of(phase_of(state, status.parts));
  if (state.phase == Phase::preparing) return status;
  const Served served = probe.served(state.api_url);
  if (!served.model.empty()) status.model = served.model;
  if (served.context_length != 0) status.context_length = served.context_length;
  return status;
}

ordered_json to_json(const Status& status) {
  ordered_json json = {{"schema", 1},
                       {"phase", status.phase},
                       {"healthy", status.is_healthy()},
                       {"detail", text_or_null(status.detail)},
                       {"model", text_or_null(status.model)},
                       {"context_length", number_or_null(status.context_length)},
                       {"api_url", text_or_null(status.api_url)},
                       {"proxy_url", text_or_null(status.proxy_url)},
                       {"codex_proxy_url", text_or_null(status.codex_proxy_url)},
                       {"supervisor_pid", number_or_null(status.supervisor_pid)},
                       {"uptime_s", number_or_null(status.uptime_seconds)},
                       {"parts", ordered_json::array()},
                       {"last_error", text_or_null(status.last_error)}};
  for (const PartStatus& part : status.parts) json["parts"].push_back(part_json(part));
  return json;
}

}  // namespace stack
