// Links, images, formulas: what stands within a line.
#include <algorithm>

#include "base/strings.h"
#include "html/utf8.h"
#include "html/writer.h"

namespace html {
namespace {

constexpr std::size_t kMaxAlt = 500;

// An address in brackets where it would end early without them.
std::string destination(std::string address) {
  if (address.find_first_of("() <>\n") == std::string::npos) return address;
  std::string safe = "<";
  for (const char c : address) {
    if (c == '<')
      safe += "%3C";
    else if (c == '>')
      safe += "%3E";
    else
      safe += c == '\n' ? ' ' : c;
  }
  return safe + '>';
}

bool is_tiny(std::string_view size) {
  const auto pixels = base::parse_number(base::trim(size));
  return pixels && *pixels <= 2;
}

bool names_picture(std::string_view address) {
  address = address.substr(0, address.find_first_of("?#"));
  for (const std::string_view end : {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg"})
    if (address.size() > end.size() &&
        base::equals_ignoring_case(address.substr(address.size() - end.size()), end))
      return true;
  return false;
}

// "¶", "#" and the like beside a heading: links to itself.
bool is_anchor_sign(std::string_view text) {
  text = base::trim(text);
  for (const std::string_view sign : {"", "#", "¶", "§", "🔗", "\u200b", "\uf0c1"})
    if (text == sign) return true;
  return false;
}

}  // namespace

std::string Writer::text_within(NodeId id) const {
  constexpr std::size_t kMax = 4000;
  std::string text;
  for (NodeId at = id; at < document_[id].end && text.size() < kMax; ++at)
    if (document_[at].tag == kText) text += document_.text_of(document_[at]);
  return text;
}

bool Writer::is_heading_anchor(NodeId id) const {
  const bool is_short = document_[id].end - id <= 6;
  return is_short && document_.value(id, Attr::href).starts_with('#') &&
         is_anchor_sign(text_within(id));
}

void Writer::open_link(NodeId id) {
  const std::string_view href = base::trim(document_.value(id, Attr::href));
  std::string address;
  if (options_.links != nullptr && !href.empty()) address = options_.links->resolve(href);
  const bool holds_picture =
      id + 1 < document_[id].end && document_[id].end - id <= 4 && names_picture(address) &&
      std::any_of(document_.nodes.begin() + id, document_.nodes.begin() + document_[id].end,
                  [](const Node& node) { return node.tag == LXB_TAG_IMG; });
  if (holds_picture) address.clear();
  line_.open(Line::Mark::link, destination(std::move(address)));
}

void Writer::image(NodeId id) {
  if (!options_.images) return;
  std::string_view source;
  for (const Attr name : {Attr::data_src, Attr::data_original, Attr::src}) {
    source = base::trim(document_.value(id, name));
    if (!source.empty() && !source.starts_with("data:")) break;
  }
  if (source.empty() || source.starts_with("data:")) {
    source = base::trim(document_.value(id, Attr::data_srcset));
    if (source.empty()) source = base::trim(document_.value(id, Attr::srcset));
    source = source.substr(0, source.find_first_of(" ,"));
  }
  if (is_tiny(document_.value(id, Attr::width)) || is_tiny(document_.value(id, Attr::height)))
    return;
  const std::string_view alt = document_.value(id, Attr::alt);
  Line words;
  words.text(cut_utf8(alt, kMaxAlt));
  std::string text = words.take();
  std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == '\n' || c == '\\'; });
  const std::string address =
      options_.links != nullptr ? options_.links->resolve(source) : std::string();
  if (address.empty()) {
    // Without an address only what the picture says is of use.
    if (!text.empty() && options_.links != nullptr) line_.text(text);
    return;
  }
  line_.verbatim("![" + text + "](" + destination(address) + ")");
}

// "x<sup>2</sup>" is x^2; "1<sup>st</sup>" and notes stay as they are.
void Writer::superscript(NodeId id) {
  if (document_[id].end - id > 8) return;
  const std::string text = text_within(id);
  const bool is_power = !text.empty() && text.size() <= 3 &&
                        text.find_first_not_of("0123456789-+n") == std::string::npos;
  const bool is_note =
      std::any_of(document_.nodes.begin() + id, document_.nodes.begin() + document_[id].end,
                  [](const Node& node) { return node.tag == LXB_TAG_A; });
  if (is_power && !is_note && line_.last() != ' ') line_.verbatim("^");
}

void Writer::checkbox(NodeId id) {
  if (!base::equals_ignoring_case(document_.value(id, Attr::type), "checkbox")) return;
  if (lists_.empty() || !line_.is_empty()) return;
  line_.verbatim(document_.attribute(id, Attr::checked) ? "[x]" : "[ ]");
  line_.space();
}

// TeX where the page has it, which is what a reader of text can use; else the characters.
NodeId Writer::math(NodeId id) {
  const NodeId end = document_[id].end;
  std::string tex(base::trim(document_.value(id, Attr::alttext)));
  for (NodeId at = id; at < end; ++at)
    if (base::contains_ignoring_case(document_.value(at, Attr::encoding), "tex"))
      tex = text_within(at);
  tex = std::string(base::trim(tex));
  if (tex.empty()) tex = text_within(id);
  std::string spaced;
  for (const char c : tex) {
    const bool is_space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!is_space)
      spaced += c;
    else if (!spaced.empty() && spaced.back() != ' ')
      spaced += ' ';
  }
  spaced = std::string(base::trim(spaced));
  if (!spaced.empty()) line_.verbatim("$" + spaced + "$");
  return end;
}

}  // namespace html
