#include "html/document.h"

#include <algorithm>
#include <array>
#include <utility>

namespace html {
namespace {

using Named = std::pair<std::string_view, Attr>;
constexpr std::array kNamed{Named{"alt", Attr::alt},
                            Named{"alttext", Attr::alttext},
                            Named{"aria-hidden", Attr::aria_hidden},
                            Named{"aria-label", Attr::aria_label},
                            Named{"aria-modal", Attr::aria_modal},
                            Named{"border", Attr::border},
                            Named{"checked", Attr::checked},
                            Named{"cite", Attr::cite},
                            Named{"class", Attr::class_},
                            Named{"colspan", Attr::colspan},
                            Named{"content", Attr::content},
                            Named{"data-lang", Attr::data_lang},
                            Named{"data-language", Attr::data_language},
                            Named{"data-original", Attr::data_original},
                            Named{"data-src", Attr::data_src},
                            Named{"data-srcset", Attr::data_srcset},
                            Named{"datetime", Attr::datetime},
                            Named{"dir", Attr::dir},
                            Named{"encoding", Attr::encoding},
                            Named{"headers", Attr::headers},
                            Named{"height", Attr::height},
                            Named{"hidden", Attr::hidden},
                            Named{"href", Attr::href},
                            Named{"http-equiv", Attr::http_equiv},
                            Named{"id", Attr::id},
                            Named{"itemprop", Attr::itemprop},
                            Named{"itemtype", Attr::itemtype},
                            Named{"lang", Attr::lang},
                            Named{"language", Attr::language},
                            Named{"name", Attr::name},
                            Named{"property", Attr::property},
                            Named{"rel", Attr::rel},
                            Named{"reversed", Attr::reversed},
                            Named{"role", Attr::role},
                            Named{"rowspan", Attr::rowspan},
                            Named{"scope", Attr::scope},
                            Named{"shadowrootmode", Attr::shadowrootmode},
                            Named{"src", Attr::src},
                            Named{"srcset", Attr::srcset},
                            Named{"start", Attr::start},
                            Named{"style", Attr::style},
                            Named{"summary", Attr::summary},
                            Named{"title", Attr::title},
                            Named{"type", Attr::type},
                            Named{"value", Attr::value},
                            Named{"width", Attr::width}};

// The first row of kNamed for each letter; the rows are in alphabetical order.
constexpr std::array<std::uint8_t, 27> first_rows() {
  std::array<std::uint8_t, 27> rows{};
  for (std::size_t letter = 0; letter < rows.size(); ++letter) {
    std::uint8_t row = 0;
    while (row < kNamed.size() && kNamed[row].first[0] < static_cast<char>('a' + letter)) ++row;
    rows[letter] = row;
  }
  return rows;
}
constexpr auto kFirstRow = first_rows();

}  // namespace

std::optional<Attr> attr_named(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return std::nullopt;
  const auto letter = static_cast<std::size_t>(name[0] - 'a');
  for (std::size_t row = kFirstRow[letter]; row < kFirstRow[letter + 1]; ++row)
    if (kNamed[row].first == name) return kNamed[row].second;
  return std::nullopt;
}

std::optional<std::string_view> Document::attribute(NodeId id, Attr name) const {
  const Node& node = nodes[id];
  if (node.tag == kText) return std::nullopt;
  for (std::uint32_t i = node.start; i < node.start + node.length; ++i)
    if (attributes[i].name == name)
      return std::string_view(values).substr(attributes[i].start, attributes[i].length);
  return std::nullopt;
}

std::string_view Document::value(NodeId id, Attr name) const {
  return attribute(id, name).value_or(std::string_view());
}

void reveal_if_all_is_hidden(Document& document) {
  constexpr std::size_t kLittle = 1000;  // bytes
  std::size_t seen = 0;
  std::size_t hidden = 0;
  NodeId hidden_end = 0;
  for (NodeId id = 0; id < document.nodes.size(); ++id) {
    const Node& node = document[id];
    if (node.hidden) hidden_end = std::max(hidden_end, node.end);
    if (node.tag != kText || node.length <= 1) continue;
    (id < hidden_end ? hidden : seen) += node.length;
  }
  if (seen > kLittle || hidden < 4 * seen || hidden < kLittle / 4) return;
  for (Node& node : document.nodes) node.hidden = false;
}

}  // namespace html
