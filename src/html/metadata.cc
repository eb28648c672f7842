#include "html/metadata.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/strings.h"
#include "html/json_ld.h"
#include "html/utf8.h"

namespace html {
namespace {

constexpr std::size_t kMaxField = 1000;

std::string collapsed(std::string_view text) {
  std::string result;
  for (const char c : cut_utf8(text, kMaxField)) {
    const bool is_space = static_cast<unsigned char>(c) <= ' ';
    if (!is_space)
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

using Field = std::string Metadata::*;
struct Row {
  std::string_view name;  // of a meta element: name, property or itemprop
  Field field;
};
// The earlier row wins.
constexpr std::array kRows{
    Row{"og:title", &Metadata::title},
    Row{"twitter:title", &Metadata::title},
    Row{"dc.title", &Metadata::title},
    Row{"dcterms.title", &Metadata::title},
    Row{"citation_title", &Metadata::title},
    Row{"author", &Metadata::byline},
    Row{"article:author", &Metadata::byline},
    Row{"dc.creator", &Metadata::byline},
    Row{"dcterms.creator", &Metadata::byline},
    Row{"parsely-author", &Metadata::byline},
    Row{"citation_author", &Metadata::byline},
    Row{"article:published_time", &Metadata::published},
    Row{"datepublished", &Metadata::published},
    Row{"date", &Metadata::published},
    Row{"dc.date", &Metadata::published},
    Row{"dcterms.created", &Metadata::published},
    Row{"parsely-pub-date", &Metadata::published},
    Row{"citation_publication_date", &Metadata::published},
    Row{"pubdate", &Metadata::published},
    Row{"og:site_name", &Metadata::site},
    Row{"application-name", &Metadata::site},
    Row{"og:description", &Metadata::description},
    Row{"description", &Metadata::description},
    Row{"twitter:description", &Metadata::description},
};

void read_meta(const Document& document, Metadata& metadata) {
  std::array<std::string_view, kRows.size()> found;
  for (const NodeId id : document.head_elements) {
    const Tag tag = document[id].tag;
    if (tag == LXB_TAG_BASE && metadata.base.empty())
      metadata.base = document.value(id, Attr::href);
    if (tag != LXB_TAG_META) continue;
    for (const Attr kind : {Attr::property, Attr::name, Attr::itemprop}) {
      const std::string_view name = document.value(id, kind);
      if (name.empty() || name.size() > 40) continue;
      for (std::size_t row = 0; row < kRows.size(); ++row)
        if (found[row].empty() && base::equals_ignoring_case(name, kRows[row].name))
          found[row] = document.value(id, Attr::content);
    }
  }
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    std::string& field = metadata.*kRows[row].field;
    const bool is_address = kRows[row].field == &Metadata::byline && found[row].starts_with("http");
    if (field.empty() && !is_address) field = collapsed(found[row]);
  }
}

// "Title - Site" without the site.
std::string without_site(const std::string& title, const std::string& site) {
  for (const std::string_view separator : {" | ", " - ", " – ", " — ", " · ", " » ", " :: "}) {
    const auto at = title.rfind(separator);
    if (at == std::string::npos) continue;
    const std::string_view end = std::string_view(title).substr(at + separator.size());
    if (base::equals_ignoring_case(base::trim(end), site) || (at > end.size() * 2 && at > 20))
      return title.substr(0, at);
  }
  return title;
}

// The first heading of the page, where nothing else names its title.
std::string first_heading(const Document& document) {
  for (NodeId id = 0; id < document.nodes.size(); ++id) {
    if (document[id].tag != LXB_TAG_H1) continue;
    std::string text;
    for (NodeId at = id; at < document[id].end && text.size() < kMaxField; ++at)
      if (document[at].tag == kText) text += document.text_of(document[at]);
    return collapsed(text);
  }
  return {};
}

// <time datetime> and the author's element, where the head says nothing.
void read_body(const Document& document, Metadata& metadata) {
  for (NodeId id = 0; id < document.nodes.size(); ++id) {
    const Node& node = document[id];
    if (node.tag == kText || node.length == 0) continue;
    if (metadata.published.empty() && node.tag == LXB_TAG_TIME)
      metadata.published = collapsed(document.value(id, Attr::datetime));
    const bool is_author =
        document.value(id, Attr::rel) == "author" || document.value(id, Attr::itemprop) == "author";
    if (!metadata.byline.empty() || !is_author || node.end - id > 20) continue;
    std::string text;
    for (NodeId at = id; at < node.end; ++at)
      if (document[at].tag == kText) text += document.text_of(document[at]);
    text = collapsed(text);
    if (text.size() < 100) metadata.byline = text;
  }
}

}  // namespace

Metadata metadata_of(const Document& document) {
  Metadata metadata;
  for (const std::string& text : document.json_ld) read_json_ld(text, metadata);
  for (const Field field : {&Metadata::title, &Metadata::byline, &Metadata::published,
                            &Metadata::site, &Metadata::description})
    metadata.*field = collapsed(metadata.*field);
  read_meta(document, metadata);
  if (metadata.title.empty())
    metadata.title = without_site(collapsed(document.title), metadata.site);
  if (metadata.title.empty()) metadata.title = first_heading(document);
  if (metadata.byline.empty() || metadata.published.empty()) read_body(document, metadata);
  return metadata;
}

}  // namespace html
