#include "mcp/search/query.h"

#include <algorithm>

#include "base/strings.h"

namespace mcp::search {
namespace {

constexpr size_t max_words = 499;

std::string form(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields)
    text += (text.empty() ? "" : "&") + name + "=" + ::fetch::encode_query(value);
  return text;
}

// "df" is a letter.
std::string time_letter(std::string_view range) {
  return std::string(range.substr(0, 1));
}

// "de-de" (country, language) as SearXNG has it: "de-DE".
std::string language_of(std::string_view region) {
  const size_t dash = region.find('-');
  if (region == "wt-wt" || dash == region.npos) return "all";
  std::string country(region.substr(0, dash));
  std::ranges::transform(country, country.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return std::string(region.substr(dash + 1)) + "-" + country;
}

}  // namespace

base::Result<std::string> checked_words(std::string_view words) {
  words = base::trim(words);
  if (words.empty()) return std::unexpected("it holds no words");
  if (words.size() > max_words)
    return std::unexpected("it is longer than 499 bytes; ask with fewer words");
  std::string checked;
  bool at_start = true;
  for (const char c : words) {
    // "!w" would go to another site.
    if (c == '!' && at_start) continue;
    checked += c;
    at_start = c == ' ';
  }
  if (base::trim(checked).empty()) return std::unexpected("it holds no words");
  return checked;
}

::fetch::Request duckduckgo_request(const ::fetch::Url& base, const Query& query,
                                    const Fields& next) {
  Fields fields = next;
  if (fields.empty()) {
    fields = {{"q", query.words}, {"b", ""}, {"kl", query.region}};
    if (!query.time_range.empty()) fields.emplace_back("df", time_letter(query.time_range));
  }
  ::fetch::Request request{.url = base, .method = "POST", .body = form(fields)};
  request.site = ::fetch::Request::Site::same_origin;
  request.origin = base.origin();
  request.referer = base.origin() + base.target;
  return request;
}

::fetch::Request searxng_request(const ::fetch::Url& base, const Query& query) {
  Fields fields{{"q", query.words},
                {"format", "json"},
                {"language", language_of(query.region)},
                {"pageno", std::to_string(query.page)}};
  if (!query.time_range.empty()) fields.emplace_back("time_range", query.time_range);
  ::fetch::Request request{.url = base};
  std::string path = base.target.substr(0, base.target.find('?'));
  if (!path.ends_with("/search")) path += path.ends_with('/') ? "search" : "/search";
  request.url.target = path + "?" + form(fields);
  return request;
}

}  // namespace mcp::search
