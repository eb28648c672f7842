#include "mcp/session.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "mcp/arguments.h"
#include "mcp/wire.h"
#include "protocol/json/text.h"

namespace mcp {
namespace {

constexpr std::array legacy_versions = {legacy_version, std::string_view("2025-06-18"),
                                        std::string_view("2024-11-05")};

constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view level_key = "io.modelcontextprotocol/logLevel";
constexpr std::string_view subscription_key = "io.modelcontextprotocol/subscriptionId";

constexpr std::string_view capabilities = R"({"tools":{},"logging":{}})";

// The table of tools never changes while a server runs; after an update it may differ.
constexpr std::string_view caching = R"("ttlMs":3600000,"cacheScope":"public")";

Received failure(std::string_view id, int code, std::string_view message,
                 std::string_view data = {}) {
  Received out;
  out.is_request = true;
  out.error = code;
  out.reply = jsonrpc::error(id, code, message, data);
  return out;
}

std::string text_of(const json::Value& value) {
  std::string text;
  value.append_raw(text);
  return text;
}

// What a request of the newer era must carry; nullopt when it is all there.
std::optional<Received> check_meta(const std::string& id, json::Value meta) {
  const json::Value version = meta[version_key];
  if (!version.is(json::Kind::string))
    return failure(id, jsonrpc::invalid_params,
                   fmt::format("_meta needs \"{}\", a string", version_key));
  if (!version.equals(modern_version))
    return failure(id, unsupported_version, "unsupported protocol version",
                   fmt::format(R"({{"supported":["{}"],"requested":{}}})", modern_version,
                               json::quoted(version.string())));
  if (!meta[capabilities_key].is(json::Kind::object))
    return failure(id, jsonrpc::invalid_params,
                   fmt::format("_meta needs \"{}\", an object", capabilities_key));
  return {};
}

std::optional<nlohmann::json> to_json(json::Value value) {
  if (!value) return nlohmann::json::object();
  nlohmann::json read = nlohmann::json::parse(text_of(value), nullptr, false);
  if (read.is_discarded()) return {};  // a number beyond all bounds
  return read;
}

}  // namespace

bool is_legacy_version(std::string_view version) {
  return std::ranges::find(legacy_versions, version) != legacy_versions.end();
}

Received Session::receive_oversized() const {
  return failure({}, jsonrpc::invalid_request,
                 fmt::format("a message may have {} bytes at most", max_message));
}

Received Session::receive(std::string_view text) {
  json::Document document;
  if (const auto fault = document.parse(text))
    return failure({}, jsonrpc::parse_error,
                   fmt::format("not JSON at byte {}: {}", fault->offset, fault->reason));
  const jsonrpc::Message message = jsonrpc::classify(document.root());
  const std::string id = jsonrpc::text_of(message.id);
  switch (message.kind) {
    case jsonrpc::Kind::invalid:
      return failure(id, jsonrpc::invalid_request, message.fault);
    case jsonrpc::Kind::response:
      return {};
    case jsonrpc::Kind::notification:
      return message.method == "notifications/cancelled" ? cancel(message.params) : Received();
    case jsonrpc::Kind::request:
      break;
  }
  Request request{.method = message.method,
                  .id = id,
                  .id_value = message.id,
                  .params = message.params,
                  .meta = message.params["_meta"],
                  .is_modern = false};
  request.is_modern = bool(request.meta[version_key]);
  return receive(request);
}

Received Session::receive(const Request& request) {
  Received out;
  if (request.params && !request.params.is(json::Kind::object)) {
    out = failure(request.id, jsonrpc::invalid_params, "params must be an object");
  } else if (is_open(jsonrpc::key_of(request.id_value))) {
    out =
        failure(request.id, jsonrpc::invalid_request, "a request with this id is still under way");
  } else {
    out = answer(request);
  }
  out.is_request = true;
  out.is_modern = request.is_modern;
  out.id = request.id;
  out.version = request.meta[version_key].string();
  out.method = request.method;
  const bool has_name = request.method == "tools/call" || request.method == "prompts/get";
  if (has_name) out.name = request.params["name"].string();
  if (request.method == "resources/read") out.name = request.params["uri"].string();
  return out;
}

Received Session::answer(const Request& request) {
  if (!request.is_modern && request.method == "initialize") return initialize(request);
  if (request.is_modern || request.method == "server/discover") {
    if (auto fault = check_meta(request.id, request.meta)) return *std::move(fault);
    if (request.method == "server/discover") return discover(request);
    if (request.method == "subscriptions/listen") return listen(request);
  }
  if (request.method == "tools/list") return list_tools(request);
  if (request.method == "tools/call") return call_tool(request);
  if (!request.is_modern && request.method == "ping") return reply(request, {});
  if (!request.is_modern && request.method == "logging/setLevel") return set_level(request);
  return failure(request.id, jsonrpc::method_not_found, "there is no method " + request.method);
}

std::string Session::result_text(bool is_modern, std::string_view members) const {
  if (!is_modern) return fmt::format("{{{}}}", members);
  return fmt::format(
      R"({{"resultType":"complete","_meta":{{"io.modelcontextprotocol/serverInfo":{}}}{}{}}})",
      server_info(server_), members.empty() ? "" : ",", members);
}

Received Session::reply(const Request& request, std::string_view members) const {
  Received out;
  out.reply = jsonrpc::response(request.id, result_text(request.is_modern, members));
  return out;
}

Received Session::initialize(const Request& request) const {
  const json::Value wanted = request.params["protocolVersion"];
  if (!wanted.is(json::Kind::string))
    return failure(request.id, jsonrpc::invalid_params, "protocolVersion must be a string");
  const std::string version =
      is_legacy_version(wanted.string()) ? wanted.string() : std::string(legacy_version);
  const std::string members =
      fmt::format(R"("protocolVersion":"{}","capabilities":{},"serverInfo":{},"instructions":{})",
                  version, capabilities, server_info(server_), json::quoted(server_.instructions));
  Received out;
  out.is_initialize = true;
  out.reply = jsonrpc::response(request.id, result_text(false, members));
  return out;
}

Received Session::set_level(const Request& request) {
  const auto level = log_level(request.params["level"].string());
  if (!level) return failure(request.id, jsonrpc::invalid_params, "there is no such log level");
  level_ = *level;
  return reply(request, {});
}

Received Session::discover(const Request& request) const {
  return reply(
      request,
      fmt::format(R"("supportedVersions":["{}"],"capabilities":{},"instructions":{},{})",
                  modern_version, capabilities, json::quoted(server_.instructions), caching));
}

Received Session::list_tools(const Request& request) const {
  // All fit on one page, so that no cursor was ever given out.
  if (request.params["cursor"].given())
    return failure(request.id, jsonrpc::invalid_params, "the cursor is not one of this server's");
  std::string members = R"("tools":)" + tool_list(server_);
  if (request.is_modern) members.append(",").append(caching);
  return reply(request, members);
}

Received Session::call_tool(const Request& request) {
  const json::Value name = request.params["name"];
  if (!name.is(json::Kind::string))
    return failure(request.id, jsonrpc::invalid_params, "the tool's name is missing");
  const auto tool = std::ranges::find(server_.tools, name.string(), &Tool::name);
  if (tool == server_.tools.end())
    return failure(request.id, jsonrpc::invalid_params, "unknown tool: " + name.string());
  const json::Value given = request.params["arguments"];
  auto arguments = to_json(given);
  if (!arguments || !arguments->is_object())
    return failure(request.id, jsonrpc::invalid_params, "arguments must be an object");
  const nlohmann::json schema = nlohmann::json::parse(tool->input_schema);
  if (const auto fault = check_arguments(schema, *arguments))
    return reply(request, result_members(error_result(*fault)));
  if (open_.size() >= max_open_calls)
    return reply(request, result_members(error_result(
                              "too many calls at the same time: wait for some of them to end")));
  Received out;
  out.call = Call{.number = open(request), .tool = &*tool, .arguments = *std::move(arguments)};
  return out;
}

Received Session::listen(const Request& request) {
  if (open_.size() >= max_open_calls)
    return failure(request.id, jsonrpc::internal_error, "too many requests at the same time");
  Received out;
  out.subscription = open(request);
  open_.at(*out.subscription).is_subscription = true;
  // Nothing here ever changes, so nothing is promised.
  out.reply = jsonrpc::notification(
      "notifications/subscriptions/acknowledged",
      fmt::format(R"({{"_meta":{{"{}":{}}},"notifications":{{}}}})", subscription_key, request.id));
  return out;
}

Received Session::cancel(json::Value params) {
  Received out;
  const json::Value id = params["requestId"];
  if (!id.is(json::Kind::string) && !id.is(json::Kind::number)) return out;
  const std::string key = jsonrpc::key_of(id);
  const auto found = std::ranges::find(open_, key, [](const auto& row) { return row.second.key; });
  if (found == open_.end()) return out;
  out.cancelled = found->first;
  open_.erase(found);
  return out;
}

std::uint64_t Session::open(const Request& request) {
  Open entry{.key = jsonrpc::key_of(request.id_value),
             .id = request.id,
             .is_modern = request.is_modern,
             .is_subscription = false,
             .progress_token = {},
             .progress = {},
             .level = {}};
  const json::Value token = request.meta["progressToken"];
  if (token.is(json::Kind::string) || token.is(json::Kind::number))
    entry.progress_token = text_of(token);
  entry.level = request.is_modern ? log_level(request.meta[level_key].string()) : level_;
  open_.emplace(++last_number_, std::move(entry));
  return last_number_;
}

bool Session::is_open(const std::string& key) const {
  return std::ranges::any_of(open_, [&](const auto& row) { return row.second.key == key; });
}

std::string Session::finish(std::uint64_t call, const ToolResult& result) {
  const auto found = open_.find(call);
  if (found == open_.end()) return {};
  const Open entry = std::move(found->second);
  open_.erase(found);
  return jsonrpc::response(entry.id, result_text(entry.is_modern, result_members(result)));
}

std::string Session::progress(std::uint64_t call, double value, double total,
                              std::string_view text) {
  const auto found = open_.find(call);
  if (found == open_.end() || found->second.progress_token.empty()) return {};
  Open& entry = found->second;
  if (!std::isfinite(value) || (entry.progress && value <= *entry.progress)) return {};
  entry.progress = value;
  std::string params =
      fmt::format(R"({{"progressToken":{},"progress":{})", entry.progress_token, value);
  if (std::isfinite(total) && total > 0) params += fmt::format(R"(,"total":{})", total);
  if (!text.empty()) params += R"(,"message":)" + json::quoted(text);
  return jsonrpc::notification("notifications/progress", params + "}");
}

std::string Session::log(std::uint64_t call, LogLevel level, std::string_view text) {
  const auto found = open_.find(call);
  if (found == open_.end() || !found->second.level || level < *found->second.level) return {};
  return jsonrpc::notification(
      "notifications/message",
      fmt::format(R"({{"level":"{}","logger":{},"data":{}}})", name_of(level),
                  json::quoted(server_.name), json::quoted(text)));
}

std::string Session::close(std::uint64_t subscription) {
  const auto found = open_.find(subscription);
  if (found == open_.end() || !found->second.is_subscription) return {};
  const std::string id = found->second.id;
  open_.erase(found);
  return jsonrpc::response(
      id, fmt::format(R"({{"resultType":"complete","_meta":{{"{}":{}}}}})", subscription_key, id));
}

std::vector<std::uint64_t> Session::open_subscriptions() const {
  std::vector<std::uint64_t> numbers;
  for (const auto& [number, entry] : open_)
    if (entry.is_subscription) numbers.push_back(number);
  return numbers;
}

}  // namespace mcp
