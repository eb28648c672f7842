#include "cli/output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/error.h"

namespace cli {
namespace {

using Widths = std::vector<int>;
constexpr int gap = 2;
constexpr int narrowest = 8;

Widths natural_widths(const Table& table) {
  Widths widths;
  const auto widen = [&](size_t column, std::string_view text) {
    if (widths.size() <= column) widths.resize(column + 1);
    widths[column] = std::max(widths[column], display_width(text));
  };
  for (size_t i = 0; i < table.titles.size(); ++i) widen(i, table.titles[i]);
  for (const auto& row : table.rows)
    for (size_t i = 0; i < row.size(); ++i) widen(i, row[i].text);
  return widths;
}

// Takes columns from whichever is widest until the line fits or all are at the minimum.
void fit(Widths& widths, int total) {
  if (total <= 0 || widths.empty()) return;
  const int room = total - gap * static_cast<int>(widths.size() - 1);
  int used = std::accumulate(widths.begin(), widths.end(), 0);
  while (used > room) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= narrowest) return;
    --*widest;
    --used;
  }
}

// Bytes of the longest prefix that takes at most `width` columns.
size_t prefix_of_width(std::string_view text, int width) {
  size_t at = 0;
  while (at < text.size()) {
    size_t next = at + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
    if (--width < 0) break;
    at = next;
  }
  return at;
}

std::vector<std::string_view> wrap(std::string_view text, int width) {
  std::vector<std::string_view> lines;
  while (display_width(text) > width) {
    const size_t limit = prefix_of_width(text, width);
    const size_t space = text.substr(0, limit + 1).rfind(' ');
    const bool at_space = space != std::string_view::npos && space > 0;
    const size_t end = at_space ? space : limit;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(at_space ? end + 1 : end);
  }
  lines.push_back(text);
  return lines;
}

std::string render_row(const std::vector<Cell>& row, const Widths& widths,
                       const Terminal& terminal) {
  std::vector<std::vector<std::string_view>> cells;
  size_t height = 1;
  for (size_t i = 0; i < row.size(); ++i) {
    cells.push_back(wrap(row[i].text, widths[i]));
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (size_t line = 0; line < height; ++line) {
    std::string pending;  // blanks are written only before a further text: no trailing ones
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string_view text = line < cells[i].size() ? cells[i][line] : std::string_view{};
      if (!text.empty()) out += pending + paint(text, row[i].tone, terminal), pending.clear();
      const int space = widths[i] - display_width(text) + gap;
      pending.append(static_cast<size_t>(space), ' ');
    }
    out += '\n';
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

}  // namespace

std::string render_table(const Table& table, const Terminal& terminal) {
  Widths widths = natural_widths(table);
  fit(widths, terminal.width);
  std::string out;
  std::vector<Cell> heading;
  for (const std::string& title : table.titles) heading.emplace_back(upper(title), Tone::faint);
  if (!heading.empty()) out += render_row(heading, widths, terminal);
  for (const auto& row : table.rows) out += render_row(row, widths, terminal);
  return out;
}

Output::Output() : Output(stdout, terminal_of(STDOUT_FILENO)) {}

void Output::text(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream_);
  if (std::fflush(stream_) == 0 || errno == EPIPE) return;
  throw base::Error("cannot write to stdout", std::strerror(errno));
}

void Output::line(std::string_view line) {
  text(std::string(line) + '\n');
}

void Output::table(const Table& table) {
  text(render_table(table, terminal_));
}

void Output::json(const nlohmann::ordered_json& value) {
  // Text from outside may not be UTF-8; a report must not fail on it.
  line(value.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void note(std::string_view text) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace cli
