// Tables: those with data in GFM's form, the others are read cell after cell.
#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "html/writer.h"

namespace html {
namespace {

constexpr std::size_t kMaxColumns = 64;

struct Shape {
  std::size_t rows = 0, columns = 0, cells = 0;
  bool has_header = false;  // th, thead, caption, summary
  bool has_blocks = false;  // headings, lists, code, paragraphs, tables in cells
  std::size_t longest = 0;  // bytes of text of a cell
};

std::size_t number(std::string_view text, std::size_t most) {
  const auto value = base::parse_number(base::trim(text));
  return value && *value > 0 ? std::min(static_cast<std::size_t>(*value), most) : 1;
}

bool is_cell(Tag tag) {
  return tag == LXB_TAG_TD || tag == LXB_TAG_TH;
}

// Tables inside are not looked into, so that a node counts once.
Shape shape_of(const Document& document, NodeId table) {
  Shape shape;
  std::size_t columns = 0;
  std::size_t bytes = 0;
  const NodeId end = document[table].end;
  for (NodeId id = table + 1; id < end;) {
    const Node& node = document[id];
    if (node.tag == LXB_TAG_TR) {
      ++shape.rows;
      columns = 0;
    } else if (is_cell(node.tag)) {
      ++shape.cells;
      bytes = 0;
      shape.columns = std::max(shape.columns, ++columns);
    } else if (node.tag == kText) {
      shape.longest = std::max(shape.longest, bytes += node.length);
    }
    shape.has_header |=
        node.tag == LXB_TAG_TH || node.tag == LXB_TAG_THEAD || node.tag == LXB_TAG_CAPTION;
    shape.has_blocks |= is_heading(node.tag) || node.tag == LXB_TAG_PRE ||
                        node.tag == LXB_TAG_TABLE || node.tag == LXB_TAG_BLOCKQUOTE ||
                        node.tag == LXB_TAG_FORM;
    id = node.tag == LXB_TAG_TABLE ? node.end : id + 1;
  }
  return shape;
}

struct Row {
  std::vector<std::string> cells;
  bool is_header = true;
  bool first_is_header = false;
};

struct Grid {
  std::vector<Row> rows;
  std::vector<std::size_t> spans;  // rows that a cell above still covers, by column

  void begin_row() {
    rows.emplace_back();
    skip_covered();
  }
  void add(std::string text, bool is_header, std::size_t width, std::size_t height);
  std::string markdown();

 private:
  void skip_covered();
};

void Grid::skip_covered() {
  std::vector<std::string>& cells = rows.back().cells;
  while (cells.size() < spans.size() && spans[cells.size()] > 0) {
    --spans[cells.size()];
    cells.emplace_back();
  }
}

// Only the first columns are filled up: a wide row must not make all others as wide.
void Grid::add(std::string text, bool is_header, std::size_t width, std::size_t height) {
  Row& row = rows.back();
  if (row.cells.empty()) row.first_is_header = is_header;
  row.is_header &= is_header;
  const std::size_t first = row.cells.size();
  row.cells.push_back(std::move(text));
  if (first < kMaxColumns) row.cells.resize(std::min(first + width, kMaxColumns));
  spans.resize(std::max(spans.size(), std::min(row.cells.size(), kMaxColumns)));
  for (std::size_t column = first; column < std::min(row.cells.size(), kMaxColumns); ++column)
    spans[column] = height - 1;
  skip_covered();
}

void write_row(const std::vector<std::string>& cells, std::size_t columns, std::string& text) {
  text += '|';
  for (std::size_t column = 0; column < std::max(columns, cells.size()); ++column) {
    const bool is_filled = column < cells.size() && !cells[column].empty();
    text += ' ';
    if (is_filled) text += cells[column] + ' ';
    text += '|';
  }
  text += '\n';
}

std::string Grid::markdown() {
  std::erase_if(rows, [](const Row& row) {
    return std::ranges::all_of(row.cells, [](const std::string& cell) { return cell.empty(); });
  });
  if (rows.empty()) return {};
  std::size_t columns = 0;
  for (const Row& row : rows) columns = std::max(columns, std::min(row.cells.size(), kMaxColumns));
  // Rows that each begin with their own header have none above.
  const bool has_no_header = !rows[0].is_header && rows[0].first_is_header;
  columns = std::max(columns, has_no_header ? 0 : rows[0].cells.size());
  std::string text;
  write_row(has_no_header ? std::vector<std::string>{} : rows[0].cells, columns, text);
  text += '|';
  for (std::size_t column = 0; column < columns; ++column) text += " --- |";
  text += '\n';
  columns = std::min(columns, kMaxColumns);
  for (std::size_t row = has_no_header ? 0 : 1; row < rows.size(); ++row)
    write_row(rows[row].cells, columns, text);
  text.pop_back();
  return text;
}

}  // namespace

bool is_layout_table(const Document& document, NodeId table) {
  const std::string_view role = document.value(table, Attr::role);
  if (role == "presentation" || role == "none") return true;
  const Shape shape = shape_of(document, table);
  if (shape.columns <= 1 || shape.has_blocks) return true;
  if (shape.has_header || !document.value(table, Attr::summary).empty()) return false;
  if (shape.rows <= 1) return true;
  return shape.longest > 1000;
}

std::string Writer::cell_text(NodeId begin, NodeId end) {
  Line kept;
  std::swap(line_, kept);
  line_.set_cell(true);
  is_inline_ = true;
  write(begin, end);
  is_inline_ = false;
  std::string text = line_.take();
  std::swap(line_, kept);
  return text;
}

NodeId Writer::table(NodeId id) {
  Grid grid;
  const NodeId end = document_[id].end;
  for (NodeId at = id + 1; at < end;) {
    const Node& node = document_[at];
    const bool is_between = node.tag == LXB_TAG_CAPTION || node.tag == kText || !is_block(node.tag);
    if (is_left_out(at)) {
      at = node.end;
    } else if (node.tag == LXB_TAG_TR) {
      grid.begin_row();
      ++at;
    } else if (is_cell(node.tag) && !grid.rows.empty()) {
      grid.add(cell_text(at + 1, node.end), node.tag == LXB_TAG_TH,
               number(document_.value(at, Attr::colspan), kMaxColumns),
               number(document_.value(at, Attr::rowspan), 1000));
      at = node.end;
    } else if (is_between) {
      // A caption, and what stands wrongly between the rows.
      const std::string text = cell_text(at, node.end);
      if (!text.empty()) add(text);
      at = node.end;
    } else {
      ++at;
    }
  }
  const std::string text = grid.markdown();
  if (!text.empty()) add(text);
  return end;
}

}  // namespace html
