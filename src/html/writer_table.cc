// Tables: those with data in GFM's form, the others are read cell after cell.
#include <algorithm>
#include <optional>

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
  struct Row {
    std::vector<std::string> cells;
    bool is_header = true;
    bool first_is_header = false;
  };
  std::vector<Row> rows;
  std::vector<std::size_t> spans;  // rows that a cell above still covers, by column
  std::size_t columns = 0;
  const NodeId end = document_[id].end;
  const auto skip_spans = [&](Row& row) {
    while (row.cells.size() < spans.size() && spans[row.cells.size()] > 0) {
      --spans[row.cells.size()];
      row.cells.emplace_back();
    }
  };
  for (NodeId at = id + 1; at < end;) {
    const Node& node = document_[at];
    if (is_left_out(at)) {
      at = node.end;
    } else if (node.tag == LXB_TAG_TR) {
      rows.emplace_back();
      skip_spans(rows.back());
      ++at;
    } else if (is_cell(node.tag) && !rows.empty()) {
      Row& row = rows.back();
      if (row.cells.empty()) row.first_is_header = node.tag == LXB_TAG_TH;
      row.is_header &= node.tag == LXB_TAG_TH;
      const std::size_t covered = number(document_.value(at, Attr::rowspan), 1000) - 1;
      const std::size_t width = number(document_.value(at, Attr::colspan), kMaxColumns);
      for (std::size_t column = 0; column < width && row.cells.size() < kMaxColumns; ++column) {
        spans.resize(std::max(spans.size(), row.cells.size() + 1));
        spans[row.cells.size()] = covered;
        row.cells.push_back(column == 0 ? cell_text(at + 1, node.end) : std::string());
      }
      skip_spans(row);
      columns = std::max(columns, row.cells.size());
      at = node.end;
    } else if (node.tag == LXB_TAG_CAPTION || node.tag == kText || !is_block(node.tag)) {
      // A caption, and what stands wrongly between the rows.
      const std::string text = cell_text(at, node.end);
      if (!text.empty()) add(text);
      at = node.end;
    } else {
      ++at;
    }
  }
  std::erase_if(rows, [](const Row& row) {
    return std::ranges::all_of(row.cells, [](const std::string& cell) { return cell.empty(); });
  });
  if (rows.empty()) return end;
  std::string text;
  const auto write_row = [&](const std::vector<std::string>& cells) {
    text += '|';
    for (std::size_t column = 0; column < columns; ++column) {
      text += ' ';
      if (column < cells.size()) text += cells[column];
      text += column < cells.size() && !cells[column].empty() ? " |" : "|";
    }
    text += '\n';
  };
  // Rows that each begin with their own header have none above.
  const bool has_no_header = !rows[0].is_header && rows[0].first_is_header;
  write_row(has_no_header ? std::vector<std::string>{} : rows[0].cells);
  text += '|';
  for (std::size_t column = 0; column < columns; ++column) text += " --- |";
  text += '\n';
  for (std::size_t row = has_no_header ? 0 : 1; row < rows.size(); ++row)
    write_row(rows[row].cells);
  text.pop_back();
  add(text);
  return end;
}

}  // namespace html
