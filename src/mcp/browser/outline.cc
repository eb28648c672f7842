#include "mcp/browser/outline.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace mcp::browser {
namespace {

constexpr size_t max_name = 200;
constexpr size_t max_text = 600;
constexpr size_t max_url = 100;
constexpr size_t max_options = 15;
constexpr int max_depth = 400;
// A larger thing that listens to the mouse is a page that does so for its parts.
constexpr size_t max_clickable = 60;

using Words = std::string_view;

template <size_t N>
bool is_one_of(Words word, const std::array<Words, N>& words) {
  return std::ranges::find(words, word) != words.end();
}

constexpr std::array<Words, 30> controls = {"button",
                                            "link",
                                            "textbox",
                                            "searchbox",
                                            "checkbox",
                                            "radio",
                                            "switch",
                                            "combobox",
                                            "ComboBoxSelect",
                                            "listbox",
                                            "slider",
                                            "spinbutton",
                                            "menuitem",
                                            "menuitemcheckbox",
                                            "menuitemradio",
                                            "tab",
                                            "treeitem",
                                            "option",
                                            "DisclosureTriangle",
                                            "Date",
                                            "DateTime",
                                            "InputTime",
                                            "ColorWell",
                                            "PopUpButton",
                                            "ToggleButton",
                                            "DisclosureTriangleGrouped",
                                            "Video",
                                            "Audio",
                                            "gridcell",
                                            "Canvas"};
constexpr std::array<Words, 32> structures = {
    "heading",      "list",          "listitem", "table",      "row",        "cell",
    "columnheader", "rowheader",     "grid",     "treegrid",   "tree",       "menu",
    "menubar",      "tablist",       "tabpanel", "toolbar",    "radiogroup", "dialog",
    "alertdialog",  "alert",         "status",   "navigation", "main",       "banner",
    "contentinfo",  "complementary", "search",   "form",       "article",    "progressbar",
    "meter",        "blockquote"};
// Worth a line only with a name.
constexpr std::array<Words, 8> named_structures = {"region", "group", "figure", "image",
                                                   "img",    "log",   "feed",   "math"};
constexpr std::array<Words, 5> dropped = {"ListMarker", "LineBreak", "InlineTextBox", "separator",
                                          "MenuListPopup"};
// Inside a sentence; all else begins a new text.
constexpr std::array<Words, 16> inline_roles = {
    "strong", "emphasis", "code", "mark",   "time",      "Abbr",     "superscript", "subscript",
    "",       "none",     "term", "Legend", "insertion", "deletion", "Ruby",        "definition"};

std::string collapsed(std::string_view text) {
  std::string result;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank && !result.empty()) result += ' ';
    blank = false;
    result += c;
  }
  return result;
}

// Cut between code points.
std::string shortened(std::string text, size_t max) {
  if (text.size() <= max) return text;
  size_t end = max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

// The origin of an address: "https://host:port".
std::string_view origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return {};
  return url.substr(0, url.find('/', scheme + 3));
}

class Outliner {
 public:
  explicit Outliner(const std::vector<FrameView>& views) : views_(views) {}
  std::vector<Line> run() {
    if (!views_.empty()) add_frame(0, 0);
    drop_labels();
    return std::move(lines_);
  }

 private:
  void add_frame(size_t view, int depth);
  void add(size_t view, const AxNode& node, int depth);
  void add_children(size_t view, const AxNode& node, int depth);
  void add_control(size_t view, const AxNode& node, int depth, Words role);
  void add_structure(size_t view, const AxNode& node, int depth);
  void add_inner_frame(size_t view, const AxNode& node, int depth);
  void add_text(size_t view, const AxNode& node, int depth);
  void fold_row(size_t start);
  void drop_labels();
  Line line_of(size_t view, const AxNode& node, int depth, Words role) const;
  std::string options_of(const AxNode& node, size_t view) const;
  bool is_clickable(size_t view, const AxNode& node) const;
  size_t size_of(const AxTree& tree, const AxNode& node, size_t limit) const;

  const std::vector<FrameView>& views_;
  std::vector<Line> lines_;
  std::vector<bool> seen_ = std::vector<bool>(views_.size());
  bool breaks_ = true;  // the next text does not go on with the last
};

size_t Outliner::size_of(const AxTree& tree, const AxNode& node, size_t limit) const {
  size_t size = 1;
  for (const size_t child : node.children) {
    if (size >= limit) return size;
    size += size_of(tree, tree.nodes[child], limit - size);
  }
  return size;
}

bool Outliner::is_clickable(size_t view, const AxNode& node) const {
  const FrameView& frame = views_[view];
  return node.dom_node != 0 && frame.clickable.contains(node.dom_node) &&
         size_of(frame.tree, node, max_clickable) < max_clickable;
}

Line Outliner::line_of(size_t view, const AxNode& node, int depth, Words role) const {
  Line line{.depth = depth,
            .role = std::string(role),
            .name = shortened(collapsed(node.name), max_name),
            .tail = {},
            .view = view,
            .dom_node = node.dom_node};
  for (const std::string& state : node.states) line.tail += " [" + state + "]";
  if (!node.url.empty() && role == "link") {
    const std::string_view page = origin_of(views_[view].tree.nodes.front().url);
    std::string_view url = node.url;
    if (!page.empty() && url.starts_with(page) && url.size() > page.size() &&
        url[page.size()] == '/')
      url.remove_prefix(page.size());
    if (!url.starts_with("javascript:")) line.tail += " -> " + shortened(std::string(url), max_url);
  }
  return line;
}

void Outliner::add_frame(size_t view, int depth) {
  if (depth > max_depth || seen_[view]) return;
  seen_[view] = true;
  const FrameView& frame = views_[view];
  if (!frame.problem.empty())
    lines_.push_back({.depth = depth,
                      .role = "text",
                      .name = "(" + frame.problem + ")",
                      .tail = {},
                      .view = view});
  if (!frame.tree.nodes.empty()) add_children(view, frame.tree.nodes.front(), depth);
  breaks_ = true;
}

void Outliner::add_children(size_t view, const AxNode& node, int depth) {
  for (const size_t child : node.children) add(view, views_[view].tree.nodes[child], depth);
}

void Outliner::add(size_t view, const AxNode& node, int depth) {
  const Words role = node.role;
  if (depth > max_depth || is_one_of(role, dropped)) return;
  if (role == "StaticText") return add_text(view, node, depth);
  if (role == "Iframe" || role == "IframePresentational" || role == "FencedFrame")
    return add_inner_frame(view, node, depth);
  if (is_one_of(role, controls)) return add_control(view, node, depth, role);
  const bool has_line = is_one_of(role, structures) ||
                        (is_one_of(role, named_structures) && !collapsed(node.name).empty());
  if (is_clickable(view, node))
    return add_control(view, node, depth, has_line ? role : "clickable");
  if (node.is_editable && node.is_focusable) return add_control(view, node, depth, "textbox");
  if (has_line) return add_structure(view, node, depth);
  const bool is_inline = is_one_of(role, inline_roles);
  if (!is_inline) breaks_ = true;
  add_children(view, node, depth);
  if (!is_inline) breaks_ = true;
}

void Outliner::add_text(size_t view, const AxNode& node, int depth) {
  if (collapsed(node.name).empty()) return;
  if (!breaks_ && !lines_.empty() && lines_.back().role == "text" && lines_.back().depth == depth) {
    lines_.back().name += node.name;
    return;
  }
  lines_.push_back({.depth = depth,
                    .role = "text",
                    .name = node.name,
                    .tail = {},
                    .view = view,
                    .dom_node = node.dom_node});
  breaks_ = false;
}

std::string Outliner::options_of(const AxNode& node, size_t view) const {
  std::vector<std::string> names;
  std::vector<const AxNode*> open{&node};
  const AxTree& tree = views_[view].tree;
  while (!open.empty()) {
    const AxNode* next = open.back();
    open.pop_back();
    if (next->role == "option") names.push_back(collapsed(next->name));
    for (auto child = next->children.rbegin(); child != next->children.rend(); ++child)
      open.push_back(&tree.nodes[*child]);
  }
  if (names.empty()) return {};
  std::string text = " (options: ";
  for (size_t i = 0; i < std::min(names.size(), max_options); ++i)
    text += (i > 0 ? " | " : "") + shortened(names[i], 60);
  if (names.size() > max_options)
    text += " | " + std::to_string(names.size() - max_options) + " more";
  return text + ")";
}

void Outliner::add_control(size_t view, const AxNode& node, int depth, Words role) {
  const size_t at = lines_.size();
  Line line = line_of(view, node, depth, role);
  line.is_control = true;
  lines_.push_back(std::move(line));
  breaks_ = true;
  const bool is_select = role == "combobox" || role == "ComboBoxSelect" || role == "PopUpButton";
  // What is in a field is its value; dates have fields of their own within.
  constexpr std::array<Words, 8> fields = {"textbox", "searchbox", "spinbutton", "slider",
                                           "Date",    "DateTime",  "InputTime",  "ColorWell"};
  const bool is_text = is_one_of(role, fields);
  std::string options;
  if (is_select) options = options_of(node, view);
  if (!is_text && options.empty()) add_children(view, node, depth + 1);
  // Its name is made of its texts; what can be acted upon in it stays.
  std::string texts;
  for (size_t i = at + 1; i < lines_.size(); ++i)
    if (!lines_[i].is_control) texts += (texts.empty() ? "" : " ") + collapsed(lines_[i].name);
  if (lines_[at].name.empty()) lines_[at].name = shortened(texts, max_name);
  const auto below = lines_.begin() + static_cast<std::ptrdiff_t>(at) + 1;
  lines_.erase(
      std::remove_if(below, lines_.end(), [](const Line& inner) { return !inner.is_control; }),
      lines_.end());
  for (size_t i = at + 1; i < lines_.size(); ++i) lines_[i].depth = depth + 1;
  if (const std::string value = shortened(collapsed(node.value), max_name); !value.empty())
    lines_[at].tail += ": " + quoted(value);
  lines_[at].tail += options;
  breaks_ = true;
}

void Outliner::add_inner_frame(size_t view, const AxNode& node, int depth) {
  Line line = line_of(view, node, depth, "iframe");
  line.is_control = true;
  lines_.push_back(std::move(line));
  breaks_ = true;
  const auto inner = views_[view].inner.find(node.dom_node);
  if (inner != views_[view].inner.end() && inner->second < views_.size())
    add_frame(inner->second, depth + 1);
  breaks_ = true;
}

// `- row: a | b` for one whose cells are texts.
void Outliner::fold_row(size_t start) {
  std::string cells;
  for (size_t i = start + 1; i < lines_.size(); ++i) {
    const Line& cell = lines_[i];
    const bool is_text_cell = cell.depth == lines_[start].depth + 1 && !cell.is_control;
    if (!is_text_cell) return;
    cells += (i > start + 1 ? " | " : "") + (cell.name.empty() ? cell.tail : cell.name);
  }
  if (cells.empty()) return;
  lines_.resize(start + 1);
  lines_[start].name.clear();
  lines_[start].tail = ": " + cells;
}

void Outliner::add_structure(size_t view, const AxNode& node, int depth) {
  const size_t at = lines_.size();
  lines_.push_back(line_of(view, node, depth, node.role));
  breaks_ = true;
  add_children(view, node, depth + 1);
  breaks_ = true;
  // A legend or a caption gives its name.
  if (lines_.size() > at + 1 && lines_[at + 1].role == "text" && !lines_[at].name.empty() &&
      lines_.size() > at + 2 && collapsed(lines_[at + 1].name) == lines_[at].name)
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  Line& line = lines_[at];
  const size_t below = lines_.size() - at - 1;
  if (below == 1 && lines_[at + 1].role == "text") {
    const std::string text = shortened(collapsed(lines_[at + 1].name), max_text);
    lines_.pop_back();
    // A cell or an item is its text.
    if (node.role == "cell" || node.role == "columnheader" || node.role == "rowheader" ||
        node.role == "listitem") {
      line.name.clear();
      line.tail += ": " + text;
      if (node.role != "listitem") {
        line.name = text;
        line.tail.clear();
      }
    } else if (collapsed(line.name) != text) {
      line.tail += ": " + text;
    }
    return;
  }
  if (below == 0) {
    const bool says_something =
        !line.name.empty() || !node.value.empty() || node.role == "dialog" || node.role == "cell";
    if (!says_something) lines_.pop_back();
    if (says_something && !node.value.empty()) line.tail += ": " + collapsed(node.value);
    return;
  }
  if (node.role == "row") return fold_row(at);
  // A heading around a link would say the same twice.
  if (node.role == "heading" || node.role == "listitem" || node.role == "cell" ||
      node.role == "columnheader" || node.role == "rowheader" || node.role == "blockquote")
    line.name.clear();
  const bool one_child = end_of(lines_, at + 1) == lines_.size();
  if ((node.role == "listitem" || node.role == "cell") && one_child) {
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(at));
    for (size_t i = at; i < lines_.size(); ++i) --lines_[i].depth;
  }
}

// A label beside its control says what the control's name says.
void Outliner::drop_labels() {
  std::vector<Line> kept;
  kept.reserve(lines_.size());
  for (size_t i = 0; i < lines_.size(); ++i) {
    Line& line = lines_[i];
    if (line.role == "text") {
      line.name = shortened(collapsed(line.name), max_text);
      const auto repeats = [&](const Line& other) {
        return other.is_control && !other.name.empty() && other.name == line.name;
      };
      if (i + 1 < lines_.size() && repeats(lines_[i + 1])) continue;
      if (!kept.empty() && repeats(kept.back())) continue;
    }
    kept.push_back(std::move(line));
  }
  lines_ = std::move(kept);
}

}  // namespace

std::string Line::text() const {
  if (role == "text") return "- text: " + name;
  std::string result = "- " + role;
  if (!name.empty()) result += " " + quoted(name);
  if (ref > 0) result += " [ref=e" + std::to_string(ref) + "]";
  return result + tail;
}

std::string label_of(const Line& line) {
  return line.name.empty() ? line.role : line.role + " " + quoted(shortened(line.name, 60));
}

size_t end_of(const std::vector<Line>& lines, size_t at) {
  size_t end = at + 1;
  while (end < lines.size() && lines[end].depth > lines[at].depth) ++end;
  return end;
}

std::vector<Line> outline(const std::vector<FrameView>& views) {
  return Outliner(views).run();
}

}  // namespace mcp::browser
