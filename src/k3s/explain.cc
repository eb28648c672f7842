#include "k3s/explain.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace k3s {
namespace {

constexpr size_t shown_events = 6;
constexpr int shown_lines = 15;

}  // namespace

std::string render_evidence(const std::vector<Event>& events, std::string_view log) {
  std::string text = "its last events:\n";
  const size_t first = events.size() > shown_events ? events.size() - shown_events : 0;
  for (size_t i = first; i < events.size(); ++i)
    text += fmt::format("  {} {}: {}{}\n", events[i].type, events[i].reason,
                        base::trim(events[i].message),
                        events[i].count > 1 ? fmt::format(" ({} times)", events[i].count) : "");
  if (events.empty()) text += "  (none)\n";
  text += "the end of its log:\n";
  const std::string_view lines = base::trim(log);
  for (const std::string_view line : base::split(lines, '\n'))
    text += lines.empty() ? "  (nothing)\n" : fmt::format("  {}\n", line);
  return text;
}

std::string tail_of_log(Runner& runner, const Target& target, const std::string& pod, int lines) {
  for (const bool is_previous : {false, true}) {
    std::vector<std::string> arguments = {"logs", pod, "-n", target.name_space,
                                          fmt::format("--tail={}", lines)};
    if (is_previous) arguments.emplace_back("--previous");
    const Answer answer = runner.run({.arguments = std::move(arguments)});
    if (answer.is_ok() && !base::trim(answer.out).empty()) return answer.out;
  }
  return {};
}

base::Error explain(Runner& runner, const Target& target, const Trouble& trouble) {
  if (trouble.pod.empty())
    return base::Error("the roll-out failed: " + trouble.what, {}, trouble.next);
  return base::Error("the roll-out failed: " + trouble.what,
                     render_evidence(read_events(runner, target, trouble.pod),
                                     tail_of_log(runner, target, trouble.pod, shown_lines)),
                     trouble.next);
}

}  // namespace k3s
