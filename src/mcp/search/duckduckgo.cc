#include <algorithm>

#include "base/strings.h"
#include "fetch/url.h"
#include "html/parse.h"
#include "mcp/search/results.h"

namespace mcp::search {
namespace {

using html::Attr;
using html::Document;
using html::NodeId;

constexpr size_t max_page = 4u << 20;  // bytes

bool has_class(const Document& page, NodeId id, std::string_view name) {
  const auto names = base::split(page.value(id, Attr::class_), ' ');
  return std::ranges::find(names, name) != names.end();
}

// The text below a node, white space as single spaces.
std::string text_below(const Document& page, NodeId id) {
  std::string text;
  for (NodeId at = id; at < page[id].end; ++at) {
    if (page[at].tag != html::kText) continue;
    for (const char c : page.text_of(page[at])) {
      const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!is_space) text += c;
      if (is_space && !text.empty() && text.back() != ' ') text += ' ';
    }
  }
  return std::string(base::trim(text));
}

// Reads a page in one pass, in document order.
class Reader {
 public:
  explicit Reader(std::string_view text) : page_(html::parse(text, max_page)) {
    for (NodeId id = 0; id < page_.nodes.size();) id = read(id);
  }

  Results take() {
    std::erase_if(results_, [](const Result& one) { return one.url.empty() || one.title.empty(); });
    std::optional<Fields> next;
    long long furthest = 0;
    for (Form& form : forms_) {
      if (!form.has_vqd || form.offset <= furthest) continue;
      furthest = form.offset;
      next = std::move(form.fields);
    }
    return {.list = std::move(results_), .next = std::move(next)};
  }
  bool is_challenge() const { return is_challenge_; }
  bool says_none() const { return says_none_; }

 private:
  struct Form {
    NodeId end = 0;
    Fields fields;
    bool has_vqd = false;
    long long offset = 0;  // of the results that it asks for
  };

  // The node to go on with.
  NodeId read(NodeId id) {
    const html::Node& node = page_[id];
    if (node.tag == html::kText) return id + 1;
    const bool is_ad =
        has_class(page_, id, "result--ad") || has_class(page_, id, "result-sponsored");
    if (is_ad) {
      is_dropped_ = true;
      return std::max(node.end, id + 1);
    }
    if (node.tag == LXB_TAG_FORM) read_form(id);
    if (node.tag == LXB_TAG_INPUT) read_input(id);
    if (has_class(page_, id, "anomaly-modal__title") || has_class(page_, id, "anomaly-modal__mask"))
      is_challenge_ = true;
    if (has_class(page_, id, "no-results") || has_class(page_, id, "result--no-result"))
      says_none_ = true;
    const bool is_title = has_class(page_, id, "result__a") || has_class(page_, id, "result-link");
    if (node.tag == LXB_TAG_A && is_title) read_title(id);
    if (has_class(page_, id, "result__snippet") || has_class(page_, id, "result-snippet"))
      read_snippet(id);
    return id + 1;
  }

  void read_title(NodeId id) {
    Result result{.title = text_below(page_, id),
                  .url = unwrap_link(page_.value(id, Attr::href)),
                  .snippet = {}};
    is_dropped_ = result.url.empty();
    if (!is_dropped_) results_.push_back(std::move(result));
  }

  void read_snippet(NodeId id) {
    if (!is_dropped_ && !results_.empty() && results_.back().snippet.empty())
      results_.back().snippet = text_below(page_, id);
  }

  void read_form(NodeId id) {
    if (page_.value(id, Attr::id) == "challenge-form") is_challenge_ = true;
    Form form;
    form.end = page_[id].end;
    forms_.push_back(std::move(form));
  }

  void read_input(NodeId id) {
    const std::string_view name = page_.value(id, Attr::name);
    if (name.empty() || forms_.empty() || id >= forms_.back().end) return;
    Form& form = forms_.back();
    const std::string_view value = page_.value(id, Attr::value);
    form.fields.emplace_back(name, value);
    if (name == "vqd") form.has_vqd = !value.empty();
    if (name == "s") form.offset = base::parse_number(value).value_or(0);
  }

  Document page_;
  std::vector<Result> results_;
  std::vector<Form> forms_;
  bool is_dropped_ = false;  // the present result is an advertisement
  bool is_challenge_ = false;
  bool says_none_ = false;
};

// The small page says it in words only.
bool says_none_in_words(std::string_view page) {
  return page.contains("No results.") || page.contains("No more results.") ||
         page.contains("No results found");
}

}  // namespace

std::string unwrap_link(std::string_view href) {
  static const ::fetch::Url base = *::fetch::parse_url("https://duckduckgo.com/");
  auto url = ::fetch::parse_url(href, &base);
  if (!url) return {};
  const bool is_own = url->host == "duckduckgo.com" || url->host.ends_with(".duckduckgo.com");
  if (!is_own) return url->href();
  const size_t question = url->target.find('?');
  if (url->target.substr(0, question) != "/l/" || question == std::string::npos) return {};
  for (const std::string_view pair :
       base::split(std::string_view(url->target).substr(question + 1), '&')) {
    if (!pair.starts_with("uddg=")) continue;
    const auto target = ::fetch::parse_url(::fetch::decode_query(pair.substr(5)));
    // An advertisement is a link to its counter.
    if (!target || target->host == "duckduckgo.com") return {};
    return target->href();
  }
  return {};
}

Answer parse_duckduckgo(int status, std::string_view page) {
  if (status == 403 || status == 429) return Challenge{};
  if (status != 200 && status != 202)
    return Unknown{"it answers with status " + std::to_string(status)};
  Reader reader(page);
  Results results = reader.take();
  if (!results.list.empty()) return results;
  if (status == 202 || reader.is_challenge() || page.contains("/anomaly.js")) return Challenge{};
  if (reader.says_none() || says_none_in_words(page)) return Results{};
  return Unknown{"its page holds no results and does not say that there are none"};
}

}  // namespace mcp::search
