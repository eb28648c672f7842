#include "cdp/message.h"

#include <algorithm>

#include "base/strings.h"
#include "protocol/json/text.h"

namespace cdp {

std::shared_ptr<const Message> Message::parse(std::string text) {
  auto message = std::make_shared<Message>();
  message->text_ = std::move(text);
  if (message->document_.parse(message->text_)) return nullptr;
  const json::Value root = message->document_.root();
  if (!root.is(json::Kind::object)) return nullptr;
  message->session = root["sessionId"].string();
  message->method = root["method"].string();
  message->id = root["id"].integer().value_or(0);
  if (!message->method.empty()) {
    message->id = 0;
    message->body = root["params"];
    return message;
  }
  if (message->id <= 0) return nullptr;
  message->body = root["result"];
  if (const json::Value error = root["error"]) {
    message->error = error["message"].string();
    const std::string data = error["data"].string();
    if (!data.empty()) message->error += ": " + data;
    if (message->error.empty()) message->error = "an error without a message";
  }
  return message;
}

std::string command_text(int64_t id, std::string_view session, std::string_view method,
                         const Params& params) {
  std::string text = "{\"id\":" + std::to_string(id);
  if (!session.empty()) text += ",\"sessionId\":" + json::quoted(session);
  text += ",\"method\":" + json::quoted(method);
  if (params.is_object() && !params.empty())
    text += ",\"params\":" + params.dump(-1, ' ', false, Params::error_handler_t::replace);
  text += '}';
  return text;
}

std::optional<int64_t> id_at_front(std::string_view beginning) {
  constexpr std::string_view before = "{\"id\":";
  if (!beginning.starts_with(before)) return std::nullopt;
  beginning.remove_prefix(before.size());
  const auto end = std::ranges::find_if(beginning, [](char c) { return c < '0' || c > '9'; });
  return base::parse_number({beginning.begin(), end});
}

}  // namespace cdp
