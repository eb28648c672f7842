#include "html/tags.h"

#include <array>
#include <initializer_list>

namespace html {
namespace {

using Table = std::array<std::uint16_t, LXB_TAG__LAST_ENTRY>;

constexpr void add(Table& table, std::uint16_t what, std::initializer_list<int> tags) {
  for (const int tag : tags) table[static_cast<std::size_t>(tag)] |= what;
}

constexpr Table make_table() {
  using namespace trait;
  Table table{};
  add(table, block | closes_p | special | breaks_out,
      {LXB_TAG_ADDRESS,  LXB_TAG_ARTICLE,    LXB_TAG_ASIDE,   LXB_TAG_BLOCKQUOTE, LXB_TAG_CENTER,
       LXB_TAG_DETAILS,  LXB_TAG_DIALOG,     LXB_TAG_DIR,     LXB_TAG_DIV,        LXB_TAG_DL,
       LXB_TAG_FIELDSET, LXB_TAG_FIGCAPTION, LXB_TAG_FIGURE,  LXB_TAG_FOOTER,     LXB_TAG_FORM,
       LXB_TAG_HEADER,   LXB_TAG_HGROUP,     LXB_TAG_HR,      LXB_TAG_LISTING,    LXB_TAG_MAIN,
       LXB_TAG_MENU,     LXB_TAG_NAV,        LXB_TAG_OL,      LXB_TAG_P,          LXB_TAG_PLAINTEXT,
       LXB_TAG_PRE,      LXB_TAG_SEARCH,     LXB_TAG_SECTION, LXB_TAG_SUMMARY,    LXB_TAG_TABLE,
       LXB_TAG_UL,       LXB_TAG_XMP});
  add(table, block | closes_p | special | breaks_out | heading,
      {LXB_TAG_H1, LXB_TAG_H2, LXB_TAG_H3, LXB_TAG_H4, LXB_TAG_H5, LXB_TAG_H6});
  add(table, block | closes_p | special | breaks_out, {LXB_TAG_LI, LXB_TAG_DD, LXB_TAG_DT});
  add(table, block | special,
      {LXB_TAG_CAPTION, LXB_TAG_TBODY, LXB_TAG_THEAD, LXB_TAG_TFOOT, LXB_TAG_TR, LXB_TAG_TD,
       LXB_TAG_TH, LXB_TAG_LEGEND, LXB_TAG_OPTGROUP, LXB_TAG_OPTION});
  add(table, empty,
      {LXB_TAG_AREA, LXB_TAG_BASE, LXB_TAG_BASEFONT, LXB_TAG_BGSOUND, LXB_TAG_BR, LXB_TAG_COL,
       LXB_TAG_EMBED, LXB_TAG_FRAME, LXB_TAG_HR, LXB_TAG_IMG, LXB_TAG_IMAGE, LXB_TAG_INPUT,
       LXB_TAG_KEYGEN, LXB_TAG_LINK, LXB_TAG_META, LXB_TAG_PARAM, LXB_TAG_SOURCE, LXB_TAG_TRACK,
       LXB_TAG_WBR});
  add(table, formatting,
      {LXB_TAG_A, LXB_TAG_B, LXB_TAG_BIG, LXB_TAG_CODE, LXB_TAG_EM, LXB_TAG_FONT, LXB_TAG_I,
       LXB_TAG_NOBR, LXB_TAG_S, LXB_TAG_SMALL, LXB_TAG_STRIKE, LXB_TAG_STRONG, LXB_TAG_TT,
       LXB_TAG_U});
  add(table, scope | special,
      {LXB_TAG_APPLET, LXB_TAG_CAPTION, LXB_TAG_TABLE, LXB_TAG_TD, LXB_TAG_TH, LXB_TAG_MARQUEE,
       LXB_TAG_OBJECT, LXB_TAG_TEMPLATE});
  add(table, list, {LXB_TAG_UL, LXB_TAG_OL, LXB_TAG_MENU, LXB_TAG_DIR, LXB_TAG_DL});
  add(table, unread,
      {LXB_TAG_SCRIPT, LXB_TAG_STYLE, LXB_TAG_SVG, LXB_TAG_IFRAME, LXB_TAG_NOEMBED,
       LXB_TAG_NOFRAMES, LXB_TAG_CANVAS, LXB_TAG_SELECT, LXB_TAG_DATALIST, LXB_TAG_TEMPLATE,
       LXB_TAG_TEXTAREA, LXB_TAG_TITLE, LXB_TAG_AUDIO, LXB_TAG_VIDEO, LXB_TAG_APPLET});
  add(table, control,
      {LXB_TAG_BUTTON, LXB_TAG_INPUT, LXB_TAG_SELECT, LXB_TAG_TEXTAREA, LXB_TAG_LABEL,
       LXB_TAG_METER, LXB_TAG_PROGRESS, LXB_TAG_OUTPUT});
  add(table, special, {LXB_TAG_BUTTON});
  return table;
}

constexpr Table kTraits = make_table();

}  // namespace

std::uint16_t traits(Tag tag) {
  return tag < kTraits.size() ? kTraits[tag] : std::uint16_t{0};
}

}  // namespace html
