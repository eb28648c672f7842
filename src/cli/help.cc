#include "cli/help.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "cli/output.h"
#include "cli/version.h"

namespace cli {
namespace {

constexpr std::string_view indent = "  ";

std::string heading(std::string_view text, const Terminal& terminal) {
  return paint(std::string(text) + ":", Tone::strong, terminal) + '\n';
}

// Two columns, the second wrapped on narrow terminals.
std::string render_list(const std::vector<std::vector<Cell>>& rows, const Terminal& terminal) {
  Terminal inner = terminal;
  if (inner.width > 0) inner.width = std::max(20, inner.width - static_cast<int>(indent.size()));
  const std::string text = render_table({.titles = {}, .rows = rows}, inner);
  std::string out;
  for (const std::string_view line : base::split(text.substr(0, text.size() - 1), '\n'))
    out += std::string(indent) + std::string(line) + '\n';
  return out;
}

std::vector<Cell> command_row(const Entry& entry) {
  const std::string_view planned = entry.make ? "" : " (planned)";
  return {std::string(entry.path), std::string(entry.summary) + std::string(planned)};
}

std::string render_options(const std::vector<Option>& options, const Terminal& terminal) {
  std::vector<std::vector<Cell>> rows;
  for (const Option& option : options) rows.push_back({option_label(option), option_text(option)});
  rows.push_back({"-h, --help", "show this page"});
  return heading("Options", terminal) + render_list(rows, terminal);
}

// Filled anew to the terminal's width; elsewhere as it is written.
std::string render_paragraph(const std::vector<std::string_view>& lines, const Terminal& terminal) {
  std::string text;
  for (const std::string_view line : lines) {
    if (!text.empty()) text += terminal.width > 0 ? ' ' : '\n';
    text += line;
  }
  if (terminal.width <= 0) return text + '\n';
  return render_table({.titles = {}, .rows = {{std::move(text)}}}, terminal);
}

// "## Example" becomes a heading; code, fenced or indented by four, is indented by two.
std::string render_markdown(std::string_view markdown, const Terminal& terminal) {
  std::string out;
  std::vector<std::string_view> paragraph;
  bool is_fenced = false;
  bool is_after_heading = false;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) out += render_paragraph(paragraph, terminal);
    paragraph.clear();
  };
  for (const std::string_view line : base::split(base::trim(markdown), '\n')) {
    if (is_after_heading && line.empty()) continue;
    is_after_heading = false;
    const bool is_fence = line.starts_with("```");
    const bool is_code = !is_fence && (is_fenced || line.starts_with("    "));
    const bool is_text = !is_fence && !is_code && !line.empty() && !line.starts_with("## ");
    if (!is_text || line.starts_with("- ")) end_paragraph();
    if (is_text) {
      paragraph.push_back(line);
    } else if (is_fence) {
      is_fenced = !is_fenced;
    } else if (is_code) {
      out += std::string(indent) + std::string(is_fenced ? line : line.substr(4)) + '\n';
    } else if (line.empty()) {
      out += '\n';
    } else {
      out += heading(line.substr(3), terminal);
      is_after_heading = true;
    }
  }
  end_paragraph();
  return out;
}

// The paragraphs go before the options, the example after them.
std::pair<std::string_view, std::string_view> split_example(std::string_view markdown) {
  const size_t at = markdown.find("## Example");
  if (at == std::string_view::npos) return {markdown, {}};
  return {markdown.substr(0, at), markdown.substr(at)};
}

nlohmann::ordered_json to_json(const Option& option) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
  };
  return {{"name", option.name},
          {"short", or_null(option.short_name)},
          {"value", or_null(option.value)},
          {"summary", option.summary},
          {"default", or_null(option.default_text)},
          {"variable", or_null(option.variable)}};
}

nlohmann::ordered_json to_json(const Positional& operand) {
  return {{"name", operand.name},
          {"summary", operand.summary},
          {"required", operand.required},
          {"repeated", operand.repeated}};
}

}  // namespace

std::string render_root(std::span<const Entry> table, const Terminal& terminal) {
  std::string out = "autosre — Claude Code and Codex on your own model\n\n";
  out += "Usage: autosre COMMAND [options]\n";
  std::vector<std::vector<Cell>> rows;
  for (size_t i = 0; i < table.size(); ++i) {
    rows.push_back(command_row(table[i]));
    const bool is_last = i + 1 == table.size() || table[i + 1].group != table[i].group;
    if (!is_last) continue;
    out += '\n' + heading(title_of(table[i].group), terminal) + render_list(rows, terminal);
    rows.clear();
  }
  out += "\nA command's own page: autosre COMMAND --help. The version: autosre --version.\n";
  return out;
}

std::string render_group(std::string_view word, std::span<const Entry* const> rows,
                         const Terminal& terminal) {
  std::vector<std::vector<Cell>> lines;
  for (const Entry* entry : rows) lines.push_back(command_row(*entry));
  return "Usage: autosre " + std::string(word) + " COMMAND [options]\n\n" +
         heading("Commands", terminal) + render_list(lines, terminal);
}

std::string render_page(const Description& description, const Terminal& terminal) {
  const Entry& entry = *description.entry;
  const auto [purpose, example] = split_example(entry.help);
  std::string out = "autosre " + std::string(entry.path) + " — " + std::string(entry.summary);
  out += "\n\nUsage: " + usage_line(description) + "\n\n";
  if (!entry.make) return out + "This command is planned: it is not built yet.\n";
  if (!base::trim(purpose).empty()) out += render_markdown(purpose, terminal) + '\n';
  if (!description.operands.empty()) {
    std::vector<std::vector<Cell>> rows;
    for (const Positional& operand : description.operands)
      rows.push_back({operand.name, operand.summary});
    out += heading("Arguments", terminal) + render_list(rows, terminal) + '\n';
  }
  out += render_options(description.options, terminal);
  if (!example.empty()) out += '\n' + render_markdown(example, terminal);
  return out;
}

std::string usage_line(const Description& description) {
  std::string line = "autosre " + std::string(description.entry->path) + " [options]";
  for (const Positional& operand : description.operands) {
    const std::string name = operand.name + (operand.repeated ? "…" : "");
    line += operand.required ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string option_label(const Option& option) {
  const std::string label =
      option.short_name.empty() ? "    " + option.name : option.short_name + ", " + option.name;
  return option.value.empty() ? label : label + " " + option.value;
}

std::string option_text(const Option& option) {
  std::string notes;
  if (!option.value.empty() && !option.default_text.empty())
    notes = "default: " + option.default_text;
  if (!option.variable.empty()) notes += (notes.empty() ? "" : ", ") + option.variable;
  return notes.empty() ? option.summary : option.summary + " [" + notes + "]";
}

nlohmann::ordered_json to_json(std::span<const Description> tree) {
  nlohmann::ordered_json commands = nlohmann::ordered_json::array();
  for (const Description& description : tree) {
    const Entry& entry = *description.entry;
    nlohmann::ordered_json options = nlohmann::ordered_json::array();
    for (const Option& option : description.options) options.push_back(to_json(option));
    nlohmann::ordered_json operands = nlohmann::ordered_json::array();
    for (const Positional& operand : description.operands) operands.push_back(to_json(operand));
    commands.push_back({{"path", entry.path},
                        {"group", title_of(entry.group)},
                        {"summary", entry.summary},
                        {"built", entry.make != nullptr},
                        {"usage", usage_line(description)},
                        {"help", entry.help},
                        {"options", std::move(options)},
                        {"arguments", std::move(operands)}});
  }
  return {{"name", "autosre"}, {"version", version()}, {"commands", std::move(commands)}};
}

}  // namespace cli
