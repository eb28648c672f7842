#include <fmt/format.h>

#include "base/strings.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/version.h"

namespace cli {
namespace {

// Dashes are kept as such, and a line never begins with a control character.
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string render_markdown(std::string_view markdown) {
  std::string out;
  bool is_code = false;
  const auto set_code = [&](bool wanted) {
    if (wanted != is_code) out += wanted ? ".PP\n.nf\n.RS 4\n" : ".RE\n.fi\n";
    is_code = wanted;
  };
  bool is_fenced = false;
  for (const std::string_view line : base::split(base::trim(markdown), '\n')) {
    if (line.starts_with("```")) {
      is_fenced = !is_fenced;
      set_code(is_fenced);
    } else if (is_fenced || line.starts_with("    ")) {
      set_code(true);
      out += escape(is_fenced ? line : line.substr(4)) + "\n";
    } else if (!base::trim(line).empty()) {
      set_code(false);
      out +=
          line.starts_with("## ") ? ".PP\n" + escape(line.substr(3)) + ":\n" : escape(line) + "\n";
    } else if (!is_code) {
      out += ".PP\n";
    }
  }
  set_code(false);
  return out;
}

std::string render_item(std::string_view label, std::string_view text) {
  return ".TP\n.B " + escape(base::trim(label)) + "\n" + escape(text) + "\n";
}

std::string render_command(const Description& description) {
  const Entry& entry = *description.entry;
  std::string out =
      fmt::format(".SS {}\n{}\n", escape(usage_line(description)), escape(entry.summary));
  if (!entry.make) return out + ".br\nPlanned; not built yet.\n";
  for (const Option& option : description.options)
    out += render_item(option_label(option), option_text(option));
  return out + ".PP\n" + render_markdown(entry.help);
}

}  // namespace

std::string render_man(std::span<const Description> tree) {
  std::string out = fmt::format(".TH AUTOSRE 1 \"\" \"autosre {}\" \"User Commands\"\n", version());
  out += ".SH NAME\nautosre \\- Claude Code and Codex on your own model\n";
  out += ".SH SYNOPSIS\n.B autosre\n.I COMMAND\n[options]\n.SH COMMANDS\n";
  for (const Description& description : tree) out += render_command(description);
  out += ".SH EXIT STATUS\n";
  out += render_item("0", "it is done");
  out += render_item("1", "it failed");
  out += render_item("2", "wrong usage");
  out += render_item("3", "the GPU or another resource is held by somebody else");
  out += ".SH FILES\n";
  out += render_item("~/.local/share/autosre", "data: configuration of the nodes, request log");
  out += render_item("~/.config/autosre", "configuration");
  out += render_item("~/.local/state/autosre", "logs and state");
  out += render_item("~/.cache/autosre", "what can be fetched again");
  return out;
}

}  // namespace cli
