#include "mcp/fetch/answer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "mcp/fence.h"
#include "mcp/fetch/slice.h"
#include "net/http_head.h"

namespace mcp::fetch {
namespace {

constexpr size_t shown_of_a_refusal = 2000;  // characters

std::string_view advice_for(int status) {
  switch (status) {
    case 401:
      return "it wants a login, which this tool does not have";
    case 403:
      return "the server refuses it; try browser_render_markdown or another source";
    case 404:
      return "check the address, or search for the page";
    case 410:
      return "the page is gone for good; search for another source";
    case 429:
      return "too many requests; wait before the next one to this site";
    case 451:
      return "it is blocked for legal reasons; try another source";
    default:
      break;
  }
  return status >= 500 ? "the server has a fault; try again later" : "try another address";
}

// A line of the head; what the page says of itself cannot fill more than that.
void add_line(std::string& head, std::string_view name, std::string_view value) {
  constexpr size_t longest = 300;
  std::string line = plain_text(slice_of(value, 0, longest).text);
  std::ranges::replace(line, '\n', ' ');
  if (!line.empty()) head += fmt::format("{}: {}\n", name, line);
}

std::string head_of(const Document& document) {
  std::string head = fmt::format("{} — {}\n", document.address, document.kind);
  add_line(head, "Title", document.title);
  add_line(head, "By", document.byline);
  add_line(head, "Published", document.published);
  for (const std::string& note : document.notes) head += "Note: " + note + "\n";
  return head;
}

}  // namespace

bool is_challenge(const ::fetch::Response& response) {
  if (response.header("cf-mitigated") == "challenge") return true;
  if (response.status != 403 && response.status != 429 && response.status != 503) return false;
  constexpr std::array marks{
      "<title>Just a moment", "challenge-platform",  "cf_chl_",
      "captcha-delivery",     "_Incapsula_Resource", "Enable JavaScript and cookies to continue"};
  for (const char* mark : marks) {
    if (response.body.contains(mark)) return true;
  }
  return false;
}

ToolResult answer(const Document& document, size_t start, size_t length) {
  if (!document.is_text) return error_result(head_of(document));
  const Slice slice = slice_of(document.text, start, length);
  if (start > 0 && start >= slice.total)
    return error_result(
        fmt::format("start_index {} is behind the end: the text of {} has {} characters", start,
                    document.address, slice.total));
  std::string text = head_of(document);
  if (slice.total == 0) return text_result(text + "It has no text.");
  if (!slice.is_last() || slice.begin > 0)
    text += fmt::format("Characters {} to {} of {}.", slice.begin, slice.end, slice.total);
  if (!slice.is_last())
    text += fmt::format(" MORE FOLLOWS: call again with start_index={}.", slice.end);
  if (!text.ends_with('\n')) text += '\n';
  return text_result(text + fenced(slice.text));
}

ToolResult refusal(const Document& document, std::string_view retry_after, bool is_challenge) {
  std::string text = fmt::format("{} answers {} {}", document.address, document.status,
                                 net::reason_phrase(document.status));
  text += is_challenge
              ? ": it wants to check that a browser asks — try browser_render_markdown, or "
                "another source"
              : fmt::format(" — {}", advice_for(document.status));
  if (!retry_after.empty() && retry_after.size() < 40)
    text += fmt::format(" (it asks to wait: {})", retry_after);
  text += '\n';
  const std::string_view page = base::trim(document.text);
  if (!document.is_text || is_challenge || page.empty()) return error_result(text);
  return error_result(text + fenced(slice_of(page, 0, shown_of_a_refusal).text));
}

}  // namespace mcp::fetch
