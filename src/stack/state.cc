#include "stack/state.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "sys/files.h"

namespace stack {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<Phase, std::string_view>, 5> phases{{
    {Phase::preparing, "preparing"},
    {Phase::starting, "starting"},
    {Phase::ready, "ready"},
    {Phase::degraded, "degraded"},
    {Phase::stopping, "stopping"},
}};

Phase phase_named(std::string_view name) {
  for (const auto& [phase, text] : phases)
    if (text == name) return phase;
  return Phase::starting;
}

ordered_json encode_child(const ChildState& child) {
  return {{"name", child.name},
          {"url", child.url},
          {"pid", child.process.pid},
          {"start_time", child.process.start_time},
          {"started_at", child.started_at},
          {"restarts", child.restarts},
          {"healthy", child.is_healthy},
          {"last_error", child.last_error}};
}

sys::ProcessId decode_process(const ordered_json& json) {
  return {.pid = json.value("pid", 0), .start_time = json.value("start_time", 0LL)};
}

ChildState decode_child(const ordered_json& json) {
  ChildState child;
  child.name = json.value("name", "");
  child.url = json.value("url", "");
  child.process = decode_process(json);
  child.started_at = json.value("started_at", "");
  child.restarts = json.value("restarts", 0);
  child.is_healthy = json.value("healthy", false);
  child.last_error = json.value("last_error", "");
  return child;
}

State decode(const ordered_json& json) {
  State state;
  state.phase = phase_named(json.value("phase", ""));
  state.detail = json.value("detail", "");
  state.supervisor = decode_process(json.at("supervisor"));
  state.started_at = json.value("started_at", "");
  state.model = json.value("model", "");
  state.model_path = json.value("model_path", "");
  state.context_length = json.value("context_length", 0);
  state.api_url = json.value("api_url", "");
  state.proxy_url = json.value("proxy_url", "");
  state.codex_proxy_url = json.value("codex_proxy_url", "");
  state.upstream = json.value("upstream", "");
  for (const ordered_json& child : json.value("children", ordered_json::array()))
    state.children.push_back(decode_child(child));
  state.last_error = json.value("last_error", "");
  return state;
}

}  // namespace

std::string_view name_of(Phase phase) {
  for (const auto& [value, text] : phases)
    if (value == phase) return text;
  return "unknown";
}

std::string encode(const State& state) {
  ordered_json json = {
      {"schema", 1},
      {"phase", name_of(state.phase)},
      {"detail", state.detail},
      {"supervisor", {{"pid", state.supervisor.pid}, {"start_time", state.supervisor.start_time}}},
      {"started_at", state.started_at},
      {"model", state.model},
      {"model_path", state.model_path},
      {"context_length", state.context_length},
      {"api_url", state.api_url},
      {"proxy_url", state.proxy_url},
      {"codex_proxy_url", state.codex_proxy_url},
      {"upstream", state.upstream},
      {"children", ordered_json::array()},
      {"last_error", state.last_error}};
  for (const ChildState& child : state.children) json["children"].push_back(encode_child(child));
  // A path or a log line need not be UTF-8.
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

base::Result<State> decode_state(std::string_view text) {
  try {
    return decode(ordered_json::parse(text));
  } catch (const ordered_json::exception& error) {
    return std::unexpected(std::string(error.what()));
  }
}

std::filesystem::path Files::log_of(std::string_view child) const {
  return logs / (std::string(child) + ".log");
}

Files files_of(const config::Paths& paths) {
  return {.lock = paths.state / "local.lock",
          .state = paths.state / "local.json",
          .times = paths.state / "local-times.json",
          .logs = paths.state / "logs"};
}

void save(const State& state, const Files& files) {
  sys::write_atomically(files.state, encode(state));
}

std::optional<State> load_state(const Files& files) {
  const auto text = sys::read_file(files.state);
  if (!text) return std::nullopt;
  auto state = decode_state(*text);
  if (!state) return std::nullopt;
  return std::move(*state);
}

Found find_running(const Files& files) {
  Found found;
  found.is_held = sys::is_locked(files.lock);
  found.state = load_state(files);
  found.is_ours = found.is_held && found.state && sys::is_alive(found.state->supervisor);
  return found;
}

}  // namespace stack
