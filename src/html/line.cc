#include "html/line.h"

#include <algorithm>
#include <array>

namespace html {
namespace {

enum Kind : unsigned char { plain, blank, markup, unseen };

// What a byte may be: nothing special, a space, a mark of Markdown, or the first byte of characters
// of which some are not seen.
constexpr std::array<Kind, 256> make_kinds() {
  std::array<Kind, 256> kinds{};
  for (std::size_t c = 0; c < 0x20; ++c) kinds[c] = unseen;
  for (const std::size_t c : {0x7fU, 0xc2U, 0xe2U, 0xe3U, 0xefU, 0xf3U}) kinds[c] = unseen;
  for (const char c : std::string_view(" \t\n\r\f")) kinds[static_cast<unsigned char>(c)] = blank;
  for (const char c : std::string_view("*_`[]<&\\~|"))
    kinds[static_cast<unsigned char>(c)] = markup;
  return kinds;
}
constexpr auto kKinds = make_kinds();
Kind kind(char c) {
  return kKinds[static_cast<unsigned char>(c)];
}

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_space(char c) {
  return kind(c) == blank;
}
bool is_punctuation(char c) {
  return c > ' ' && c < 0x7f && !is_alnum(c);
}

// `&name;`, which Markdown would decode.
bool is_entity(std::string_view text) {
  const auto end =
      text.find_first_not_of("#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 1);
  return end != std::string_view::npos && end > 1 && end < 34 && text[end] == ';';
}

struct Unseen {
  std::size_t bytes;
  bool is_space;
};

// Characters that take no room or turn the writing round: soft hyphens, zero width spaces, bidi
// controls, tags; joiners stay, scripts need them. A no-break space is a space.
Unseen unseen_at(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  const unsigned third = byte(2);
  if (first < 0x20 || first == 0x7f) return {1, false};
  if (first == 0xc2 && second == 0xa0) return {2, true};
  if (first == 0xc2 && (second == 0xad || second < 0xa0)) return {2, false};
  if (first == 0xe2 && second == 0x80) {
    if (third == 0x8b || third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae))
      return {3, false};
    if ((third >= 0x80 && third <= 0x8a) || third == 0xa8 || third == 0xa9 || third == 0xaf)
      return {3, true};
  }
  if (first == 0xe2 && second == 0x81 && third >= 0xa0 && third <= 0xaf) return {3, false};
  if (first == 0xe3 && second == 0x80 && third == 0x80) return {3, true};
  if (first == 0xef && second == 0xbb && third == 0xbf) return {3, false};
  if (first == 0xf3 && second == 0xa0 && (third == 0x80 || third == 0x81)) return {4, false};
  return {0, false};
}

std::string_view marker(Line::Mark mark) {
  switch (mark) {
    case Line::Mark::strong:
      return "**";
    case Line::Mark::emphasis:
      return "*";
    case Line::Mark::strike:
      return "~~";
    case Line::Mark::link:
      return "[";
  }
  return {};
}

// A text that begins like a heading, an item, a quote or a rule.
bool looks_like_block(std::string_view line) {
  const auto after = [&](std::size_t at) {
    return at >= line.size() || line[at] == ' ' || line[at] == '\n';
  };
  const auto run = std::min(line.find_first_not_of(line[0]), line.size());
  switch (line[0]) {
    case '#':
      return run <= 6 && after(run);
    case '-':
    case '+':
    case '=':
      return after(1) || (run >= 2 && after(run));
    case '>':
      return true;
    default:
      return false;
  }
}

// "1. " at the beginning: the place of its dot, else 0.
std::size_t item_number(std::string_view line) {
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (digits == 0 || digits > 9 || digits >= line.size()) return 0;
  if (line[digits] != '.' && line[digits] != ')') return 0;
  return digits + 1 >= line.size() || line[digits + 1] == ' ' ? digits : 0;
}

// What would begin a block of another kind is escaped.
void write_row(std::string_view row, std::string& written) {
  if (row.empty()) return;
  if (looks_like_block(row)) written += '\\';
  const std::size_t dot = item_number(row);
  written += row.substr(0, dot);
  if (dot > 0) written += '\\';
  written += row.substr(dot);
}

}  // namespace

std::string backticks_around(std::string_view text, std::size_t least) {
  std::size_t longest = 0;
  for (std::size_t at = text.find('`'); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of('`', at), text.size());
    longest = std::max(longest, end - at);
    at = text.find('`', end);
  }
  return std::string(std::max(least, longest + 1), '`');
}

void Line::text(std::string_view text) {
  if (code_depth_ > 0) {
    code_ += text;
    return;
  }
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    while (end < text.size() && kind(text[end]) == plain) ++end;
    if (end > at) {
      begin_word();
      line_ += text.substr(at, end - at);
      at = end;
      continue;
    }
    at = special(text, at);
  }
}

// Takes the character at `at`, which is not a plain one; the place behind it.
std::size_t Line::special(std::string_view text, std::size_t at) {
  switch (kind(text[at])) {
    case blank:
      has_space_ = true;
      return at + 1;
    case markup:
      escaped(text, at);
      return at + 1;
    case plain:
      break;
    case unseen:
      if (const Unseen found = unseen_at(text.substr(at)); found.bytes > 0) {
        has_space_ |= found.is_space;
        return std::min(at + found.bytes, text.size());
      }
  }
  begin_word();
  line_ += text[at];
  return at + 1;
}

void Line::escaped(std::string_view text, std::size_t at) {
  const bool escape = needs_escape(text, at);
  begin_word();
  if (escape) line_ += '\\';
  line_ += text[at];
}

bool Line::needs_escape(std::string_view text, std::size_t at) const {
  const char before = last();
  const bool is_at_end = at + 1 >= text.size();
  const char next = is_at_end ? 'x' : text[at + 1];
  switch (text[at]) {
    case '*':
      return !is_space(before) || !is_space(next);
    case '_':
      return !(is_alnum(before) && is_alnum(next)) && !(is_space(before) && is_space(next));
    case '`':
      return true;
    case '~':
      return next == '~' || before == '~' || is_at_end;
    case '[':
      return open_links_ > 0;
    case ']':
      return open_links_ > 0 || next == '(' || next == '[' || next == ':' || is_at_end;
    case '<':
      return is_alnum(next) || next == '/' || next == '!' || next == '?';
    case '&':
      return is_entity(text.substr(at));
    case '\\':
      return is_at_end || is_punctuation(next);
    case '|':
      return is_cell_;
    default:
      return false;
  }
}

// Writes what waits for a word: the space before it, then the marks.
void Line::begin_word() {
  if (has_space_ && !line_.empty() && line_.back() != kLineBreak) line_ += ' ';
  has_space_ = false;
  if (unwritten_ == 0) return;
  for (Opened& mark : marks_) {
    if (mark.is_written) continue;
    mark.is_written = true;
    if (mark.is_silent) continue;
    if (mark.mark == Mark::link && !line_.empty() && line_.back() == '!')
      line_.insert(line_.size() - 1, 1, '\\');
    line_ += marker(mark.mark);
  }
  unwritten_ = 0;
}

void Line::verbatim(std::string_view markdown) {
  if (code_depth_ > 0) {
    code_ += markdown;
    return;
  }
  begin_word();
  line_ += markdown;
}

void Line::line_break() {
  if (code_depth_ > 0) {
    code_ += ' ';
    return;
  }
  has_space_ = false;
  if (is_cell_ || is_plain_) {
    has_space_ = true;
    return;
  }
  if (!line_.empty()) line_ += kLineBreak;
}

void Line::open(Mark mark, std::string address) {
  bool is_silent = code_depth_ > 0 || (is_plain_ && mark != Mark::link);
  if (mark == Mark::link) is_silent |= open_links_ > 0 || address.empty();
  for (const Opened& other : marks_) is_silent |= other.mark == mark && !other.is_silent;
  if (mark == Mark::link && !is_silent) ++open_links_;
  marks_.push_back({mark, std::move(address), false, is_silent});
  ++unwritten_;
}

void Line::close() {
  if (marks_.empty()) return;
  const Opened mark = std::move(marks_.back());
  marks_.pop_back();
  if (!mark.is_written)
    --unwritten_;
  else
    write_closing(mark);
  if (mark.mark == Mark::link && !mark.is_silent) --open_links_;
}

void Line::write_closing(const Opened& mark) {
  if (mark.is_silent) return;
  while (!line_.empty() && line_.back() == kLineBreak) line_.pop_back();
  if (mark.mark != Mark::link) {
    line_ += marker(mark.mark);
    return;
  }
  line_ += "](";
  line_ += mark.address;
  line_ += ')';
}

void Line::close_code() {
  if (code_depth_ == 0) return;
  --code_depth_;
  if (code_depth_ > 0) return;
  std::string code;
  for (const char c : code_) {
    if (!is_space(c))
      code += c;
    else if (code.empty() || code.back() != ' ')
      code += ' ';
  }
  code_.clear();
  const bool space_before = code.starts_with(' ');
  const bool space_after = code.ends_with(' ');
  const auto begin = std::min(code.find_first_not_of(' '), code.size());
  code = code.substr(begin, code.find_last_not_of(' ') + 1 - begin);
  has_space_ |= space_before;
  if (code.empty()) return;
  if (is_cell_)
    for (std::size_t at = 0; (at = code.find('|', at)) != std::string::npos; at += 2)
      code.insert(at, 1, '\\');
  const std::string ticks = backticks_around(code, 1);
  const bool pad = code.front() == '`' || code.back() == '`';
  begin_word();
  // Two code spans that touch would be one.
  if (!line_.empty() && line_.back() == '`') line_ += ' ';
  line_ += ticks;
  if (pad) line_ += ' ';
  line_ += code;
  if (pad) line_ += ' ';
  line_ += ticks;
  has_space_ = space_after;
}

std::string Line::take() {
  for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark) {
    if (!mark->is_written) continue;
    write_closing(*mark);
    mark->is_written = false;
    ++unwritten_;
    if (mark->mark != Mark::link || mark->is_silent) continue;
    mark->is_silent = true;  // one address a link
    --open_links_;
  }
  while (!line_.empty() && line_.back() == kLineBreak) line_.pop_back();
  std::string written;
  written.reserve(line_.size() + 8);
  bool is_new_paragraph = false;
  std::string_view rest = line_;
  while (!rest.empty()) {
    const std::string_view row = rest.substr(0, rest.find(kLineBreak));
    rest.remove_prefix(std::min(row.size() + 1, rest.size()));
    if (!row.empty() && !written.empty()) written += is_new_paragraph ? "\n\n" : "  \n";
    is_new_paragraph = row.empty();
    write_row(row, written);
  }
  line_.clear();
  has_space_ = false;
  return written;
}

}  // namespace html
