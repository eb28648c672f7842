#include "cli/terminal.h"

#include <array>

#include <sys/ioctl.h>
#include <unistd.h>

#include "sys/environment.h"

namespace cli {
namespace {

bool is_set(const config::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found != environment.end() && !found->second.empty();
}

bool is_dumb(const config::Environment& environment) {
  const auto found = environment.find("TERM");
  return found != environment.end() && found->second == "dumb";
}

int columns_of(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

Terminal decide_terminal(bool is_terminal, int columns, const config::Environment& environment) {
  const bool is_interactive = is_terminal && !is_dumb(environment);
  const bool is_forced = is_set(environment, "CLICOLOR_FORCE") && !is_dumb(environment);
  return {.is_interactive = is_interactive,
          .has_colour = (is_interactive || is_forced) && !is_set(environment, "NO_COLOR"),
          .width = is_terminal ? columns : 0};
}

Terminal terminal_of(int descriptor) {
  return decide_terminal(isatty(descriptor) == 1, columns_of(descriptor), sys::environment());
}

std::string paint(std::string_view text, Tone tone, const Terminal& terminal) {
  constexpr std::array codes = {"", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
  if (!terminal.has_colour || tone == Tone::plain || text.empty()) return std::string(text);
  return codes.at(static_cast<size_t>(tone)) + std::string(text) + "\x1b[0m";
}

int display_width(std::string_view text) {
  int width = 0;
  for (const char c : text) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return width;
}

}  // namespace cli
