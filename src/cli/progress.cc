#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/output.h"

namespace cli {
namespace {

constexpr int bar_width = 24;
constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr const char* clear_line = "\r\x1b[K";

double within_bounds(double fraction) {
  return std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
}

std::string cut(std::string_view text, int width) {
  std::string line(text);
  while (width > 0 && display_width(line) > width) {
    while (line.size() > 1 && (static_cast<unsigned char>(line.back()) & 0xC0) == 0x80)
      line.pop_back();
    line.pop_back();
  }
  return line;
}

}  // namespace

std::string render_progress(std::string_view text, std::optional<double> fraction,
                            const Terminal& terminal) {
  if (!fraction) return cut(text, terminal.width);
  const double part = within_bounds(*fraction);
  const std::string percent = fmt::format("{:3}%", static_cast<int>(part * 100));
  if (!terminal.is_interactive) return fmt::format("{} {}", percent, text);
  const int full = static_cast<int>(part * bar_width);
  return cut(fmt::format("[{:#<{}}{:.<{}}] {} {}", "", full, "", bar_width - full, percent, text),
             terminal.width);
}

Progress::Progress() : Progress(stderr, terminal_of(STDERR_FILENO)) {}

Progress::~Progress() {
  if (is_drawn_) done({});
}

// A text without a fraction is a new phase and always shown; with one it often carries a number
// that changes with every call.
bool Progress::is_due(std::string_view text, std::optional<double> fraction) {
  const int tenth = fraction ? static_cast<int>(within_bounds(*fraction) * 10) : -1;
  const auto now = std::chrono::steady_clock::now();
  const bool is_new = tenth != last_tenth_ || (!fraction && text != last_text_);
  const bool is_old = terminal_.is_interactive && now - last_draw_ >= redraw_interval;
  if (!is_new && !is_old) return false;
  last_text_ = text;
  last_tenth_ = tenth;
  last_draw_ = now;
  return true;
}

void Progress::update(std::string_view text, std::optional<double> fraction) {
  if (!is_due(text, fraction)) return;
  const std::string line = render_progress(text, fraction, terminal_);
  if (terminal_.is_interactive) {
    fmt::print(stream_, "{}{}", clear_line, line);
    is_drawn_ = true;
  } else {
    fmt::print(stream_, "{}\n", line);
  }
  std::fflush(stream_);
}

void Progress::done(std::string_view text) {
  if (is_drawn_) fmt::print(stream_, "{}", clear_line);
  if (!text.empty()) fmt::print(stream_, "{}\n", text);
  std::fflush(stream_);
  is_drawn_ = false;
  last_text_.clear();
  last_tenth_ = -1;
}

}  // namespace cli
