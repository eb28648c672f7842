// What commands print: results on stdout as lines, a table or JSON; notes and progress on stderr.
#pragma once

#include <chrono>
#include <cstdio>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/terminal.h"

namespace cli {

struct Cell {
  std::string text;
  Tone tone = Tone::plain;

  Cell(const char* plain) : text(plain) {}
  Cell(std::string_view plain) : text(plain) {}
  Cell(std::string plain, Tone painted = Tone::plain) : text(std::move(plain)), tone(painted) {}
};

// Rows may be shorter than the titles, never longer. Empty titles: no heading.
struct Table {
  std::vector<std::string> titles;
  std::vector<std::vector<Cell>> rows;
};

// Columns two blanks apart; on a narrow terminal the widest columns wrap at words, nothing is cut.
std::string render_table(const Table& table, const Terminal& terminal);

// One line without line end: a bar when the fraction (0 to 1) is known, then the text.
std::string render_progress(std::string_view text, std::optional<double> fraction,
                            const Terminal& terminal);

// Throws base::Error when stdout cannot be written, but not when its reader has gone.
class Output {
 public:
  Output();
  Output(std::FILE* stream, Terminal terminal) : stream_(stream), terminal_(terminal) {}

  const Terminal& terminal() const { return terminal_; }
  void text(std::string_view text);  // as it is, without a line end of its own
  void line(std::string_view text);
  void table(const Table& table);
  void json(const nlohmann::ordered_json& value);

 private:
  std::FILE* stream_;
  Terminal terminal_;
};

// One line of a message on stderr.
void note(std::string_view text);

// Long work: one line that is redrawn on a terminal; elsewhere plain lines, one for each new phase
// (text without a fraction) and each further tenth.
class Progress {
 public:
  Progress();
  Progress(std::FILE* stream, Terminal terminal) : stream_(stream), terminal_(terminal) {}
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::string_view text, std::optional<double> fraction = std::nullopt);
  // Ends the line with this text; empty: the line disappears.
  void done(std::string_view text);

 private:
  bool is_due(std::string_view text, std::optional<double> fraction);

  std::FILE* stream_;
  Terminal terminal_;
  std::string last_text_;
  int last_tenth_ = -1;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point last_draw_{};
};

}  // namespace cli
