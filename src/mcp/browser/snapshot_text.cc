#include "mcp/browser/snapshot_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace mcp::browser {
namespace {

// Of more like siblings than this, the first few stand for all.
constexpr size_t most_alike = 12;
constexpr size_t shown_alike = 6;
constexpr size_t short_text = 120;

size_t size_of(const Line& line) {
  return line.text().size() + 2 * static_cast<size_t>(line.depth) + 1;
}

size_t size_of(const std::vector<Line>& lines) {
  size_t size = 0;
  for (const Line& line : lines) size += size_of(line);
  return size;
}

std::vector<Line> below(const std::vector<Line>& lines, const SnapshotWish::Root& root) {
  for (size_t at = 0; at < lines.size(); ++at) {
    if (lines[at].dom_node != root.dom_node || lines[at].view != root.view) continue;
    std::vector<Line> part(lines.begin() + static_cast<std::ptrdiff_t>(at),
                           lines.begin() + static_cast<std::ptrdiff_t>(end_of(lines, at)));
    const int depth = part.front().depth;
    for (Line& line : part) line.depth -= depth;
    return part;
  }
  return {};
}

// The chosen lines and what they are in.
template <class Choose>
std::vector<Line> with_ancestors(std::vector<Line> lines, Choose choose) {
  std::vector<bool> keep(lines.size());
  std::vector<size_t> path;
  for (size_t at = 0; at < lines.size(); ++at) {
    while (!path.empty() && lines[path.back()].depth >= lines[at].depth) path.pop_back();
    path.push_back(at);
    if (!choose(lines[at])) continue;
    for (const size_t ancestor : path) keep[ancestor] = true;
  }
  std::vector<Line> kept;
  for (size_t at = 0; at < lines.size(); ++at)
    if (keep[at]) kept.push_back(std::move(lines[at]));
  return kept;
}

Line remark(int depth, std::string text) {
  return {.depth = depth, .role = "text", .name = std::move(text), .tail = {}};
}

class Folder {
 public:
  Folder(const std::vector<Line>& lines, const std::function<int(const Line&)>& number)
      : lines_(lines), number_(number) {}

  std::vector<Line> run() {
    for (size_t at = 0; at < lines_.size();) at = copy_siblings(at, std::nullopt);
    return std::move(out_);
  }

 private:
  // A run of siblings of one role from `at`, below a line that is copied already; returns its end.
  size_t copy_siblings(size_t at, std::optional<size_t> parent) {
    const Line& first = lines_[at];
    std::vector<size_t> run;
    size_t next = at;
    while (next < lines_.size() && lines_[next].depth == first.depth &&
           lines_[next].role == first.role && lines_[next].is_control == first.is_control) {
      run.push_back(next);
      next = end_of(lines_, next);
    }
    // What stands in nothing can be shown again by no ref.
    const bool fold = run.size() > most_alike && parent && out_[*parent].dom_node != 0;
    const size_t shown = fold ? shown_alike : run.size();
    for (size_t i = 0; i < shown; ++i) copy(run[i]);
    if (fold) {
      out_[*parent].ref = number_(out_[*parent]);
      out_.push_back(
          remark(first.depth, fmt::format("… {} more {} left out; ref=e{} shows all",
                                          run.size() - shown, first.role, out_[*parent].ref)));
    }
    return next;
  }

  void copy(size_t at) {
    const size_t end = end_of(lines_, at);
    const size_t place = out_.size();
    out_.push_back(lines_[at]);
    for (size_t next = at + 1; next < end;) next = copy_siblings(next, place);
  }

  const std::vector<Line>& lines_;
  const std::function<int(const Line&)>& number_;
  std::vector<Line> out_;
};

void shorten_texts(std::vector<Line>& lines) {
  for (Line& line : lines) {
    if (line.role != "text" || line.name.size() <= short_text) continue;
    size_t end = short_text;
    while (end > 0 && (static_cast<unsigned char>(line.name[end]) & 0xC0) == 0x80) --end;
    line.name.resize(end);
    line.name += "…";
  }
}

}  // namespace

std::string snapshot_text(std::vector<Line> lines, const SnapshotWish& wish,
                          const std::function<int(const Line&)>& number) {
  for (Line& line : lines)
    if (line.is_control && line.ref == 0) line.ref = number(line);
  if (wish.root) {
    lines = below(lines, *wish.root);
    if (lines.empty())
      return fmt::format("(e{} is hidden now: it is not in the page as it is read)\n",
                         wish.root->ref);
    lines.front().ref = wish.root->ref;
  }
  if (!wish.find.empty()) {
    lines = with_ancestors(std::move(lines), [&](const Line& line) {
      return base::contains_ignoring_case(line.text(), wish.find);
    });
    if (lines.empty()) return fmt::format("(nothing on the page contains \"{}\")\n", wish.find);
  }
  if (wish.controls_only)
    std::erase_if(lines, [](const Line& line) {
      return !line.is_control && line.role != "heading" && line.role != "dialog";
    });
  if (size_of(lines) > wish.max_chars && !wish.root) lines = Folder(lines, number).run();
  if (size_of(lines) > wish.max_chars && !wish.root) shorten_texts(lines);

  std::string text;
  size_t at = std::min(wish.offset, lines.size());
  const size_t begin = at;
  for (; at < lines.size(); ++at) {
    const size_t size = size_of(lines[at]);
    if (at > begin && text.size() + size > wish.max_chars) break;
    text.append(2 * static_cast<size_t>(lines[at].depth), ' ');
    text += lines[at].text();
    text += '\n';
  }
  if (at < lines.size()) {
    const auto controls =
        std::ranges::count_if(lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end(),
                              [](const Line& line) { return line.is_control; });
    text += fmt::format(
        "(cut: {} of {} lines left out, {} of them controls. Go on with offset={}, or narrow it "
        "with find, ref or controls_only)\n",
        lines.size() - at, lines.size(), controls, at);
  }
  return text.empty() ? "(the page is empty)\n" : text;
}

}  // namespace mcp::browser
