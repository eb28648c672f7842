#include "translate/upstream_error.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/strings.h"
#include "protocol/json/document.h"

namespace translate {
namespace {

constexpr size_t longest_message = 2000;

// The human part of an error body, whatever shape it has.
std::string message_of(json::Value root, std::string_view body) {
  const json::Value error = root["error"];
  for (const json::Value candidate : {error["message"], error, root["message"], root["detail"]}) {
    if (candidate.is(json::Kind::string)) return candidate.string();
  }
  const json::Value details = root["detail"];
  if (details.is(json::Kind::array) && details.size() > 0)
    return (*details.begin())["msg"].string();
  // JSON of another shape may hold the request itself: it does not belong in a message.
  const std::string_view text = base::trim(body);
  if (root || text.empty() || text.starts_with('<')) return {};
  return std::string(text.substr(0, longest_message));
}

std::vector<int64_t> numbers_in(std::string_view text) {
  std::vector<int64_t> numbers;
  size_t at = 0;
  while ((at = text.find_first_of("0123456789", at)) != text.npos) {
    const size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
    if (const auto number = base::parse_number(text.substr(at, end - at)))
      numbers.push_back(*number);
    at = end;
  }
  return numbers;
}

bool is_overflow(std::string_view message) {
  const auto has = [&](std::string_view part) {
    return base::contains_ignoring_case(message, part);
  };
  return has("maximum context length") || has("exceeds the available context size") ||
         has("longer than the maximum model length") || has("context size has been exceeded") ||
         has("context length is only") || has("too long to fit into the model") ||
         has("longer than the model's context length") || (has("input_tokens") && has("exceeds"));
}

// The number that begins at or ends before a mark of the message.
std::optional<int64_t> number_at(std::string_view message, std::string_view mark, bool before) {
  const size_t at = message.find(mark);
  if (at == message.npos) return std::nullopt;
  const std::vector<int64_t> numbers =
      numbers_in(before ? message.substr(0, at) : message.substr(at + mark.size()));
  if (numbers.empty()) return std::nullopt;
  return before ? numbers.back() : numbers.front();
}

// The prompt's length as the server counted it: a field of llama.cpp's, words of vLLM's versions.
// Its largest number may be the sum of what was asked for, prompt and answer.
int64_t overflow_tokens(json::Value root, std::string_view message, int64_t window) {
  if (const auto counted = root["error"]["n_prompt_tokens"].integer()) return *counted;
  for (const std::string_view mark : {"You passed", "prompt contains", "request has", "(length",
                                      "(total length", "input has", "The input ("})
    if (const auto number = number_at(message, mark, false)) return *number;
  for (const std::string_view mark :
       {" in the messages", " tokens from the input", " input tokens"})
    if (const auto number = number_at(message, mark, true)) return *number;
  int64_t most = window + 1;
  for (const int64_t number : numbers_in(message)) most = std::max(most, number);
  return most;
}

Remedy remedy_for(std::string_view message) {
  const auto has = [&](std::string_view part) {
    return base::contains_ignoring_case(message, part);
  };
  if (has("priority scheduling")) return Remedy::drop_priority;
  if (has("must alternate")) return Remedy::merge_roles;
  if (has("unexpected message role")) return Remedy::fold_system;
  if (has("system") && (has("beginning") || has("first") || has("unexpected") || has("only") ||
                        has("not supported")))
    return Remedy::fold_system;
  if (has("reasoning_content") || has("thinking_content")) return Remedy::drop_reasoning;
  return Remedy::none;
}

}  // namespace

chat::Error prompt_too_long(int64_t tokens, int64_t window) {
  return {chat::ErrorKind::context_overflow,
          "prompt is too long: " + std::to_string(tokens) + " tokens > " + std::to_string(window) +
              " maximum",
          0};
}

chat::Error stream_error(int status, const std::string& message) {
  const bool overflow = is_overflow(message);
  return {overflow ? chat::ErrorKind::context_overflow : chat::error_kind(status), message, 0};
}

UpstreamError read_upstream_error(int status, std::string_view body, int64_t window) {
  json::Document document;
  std::string text(body);
  const bool is_json = !document.parse_mended(text);
  const json::Value root = is_json ? document.root() : json::Value();
  std::string message = message_of(root, body);
  if (status >= 400 && status < 500 && is_overflow(message)) {
    const std::vector<int64_t> numbers = numbers_in(message);
    int64_t maximum = root["error"]["n_ctx"].integer().value_or(window);
    if (maximum == 0)
      maximum = number_at(message, "context length is", false)
                    .value_or(numbers.empty() ? 0 : numbers.front());
    UpstreamError overflow;
    overflow.error = prompt_too_long(overflow_tokens(root, message, maximum), maximum);
    overflow.said = std::move(message);
    return overflow;
  }
  UpstreamError result;
  // A template's refusal is a 500 with some servers.
  if (status == 400 || status == 422 || status == 500) result.remedy = remedy_for(message);
  result.error.kind = chat::error_kind(status);
  if (status == 401 || status == 403)
    message = "the model server refused the proxy's credentials (" + std::to_string(status) + ")" +
              (message.empty() ? "" : ": " + message);
  if (message.empty()) message = "the model server answered " + std::to_string(status);
  result.said = message;
  result.error.message = std::move(message);
  return result;
}

}  // namespace translate
