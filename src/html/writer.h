// A range of a Document's nodes as Markdown. One walk over the range; what is open is kept in a
// list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "html/blocks.h"
#include "html/document.h"
#include "html/line.h"
#include "html/links.h"

namespace html {

struct WriterOptions {
  const Links* links = nullptr;  // null: addresses are left out
  bool images = true;
  std::vector<bool> dropped;  // by node: it and its content are left out; may be empty
};

class Writer {
 public:
  Writer(const Document& document, const WriterOptions& options)
      : document_(document), options_(options) {}

  void write(NodeId begin, NodeId end);  // of siblings
  std::string take();

 private:
  struct List {
    bool is_ordered;
    long long number;
    std::size_t blocks;  // of its last item, those of lists inside not counted
    bool has_items;
  };

  bool is_left_out(NodeId id) const;
  NodeId enter(NodeId id);  // where to go on: its content, or behind it
  void leave(NodeId id);
  void enter_inline(NodeId id);
  void leave_inline(NodeId id);
  void flush();
  void add(const std::string& block);
  void heading(NodeId id);
  void open_list(NodeId id);
  void open_item(NodeId id);
  void close_item();
  void image(NodeId id);
  bool is_heading_anchor(NodeId id) const;
  void open_link(NodeId id);
  void superscript(NodeId id);
  void checkbox(NodeId id);
  NodeId math(NodeId id);
  std::string text_within(NodeId id) const;

  NodeId code_block(NodeId id);
  std::string code_text(NodeId id) const;
  NodeId table(NodeId id);
  std::string cell_text(NodeId begin, NodeId end);

  const Document& document_;
  const WriterOptions& options_;
  Blocks blocks_;
  Line line_;
  std::vector<NodeId> open_;
  std::vector<List> lists_;
  std::string prefix_;      // of the heading that is being written
  bool is_inline_ = false;  // in a cell: blocks are words
};

// The language that a code block is in, by its class or that of what is around and in it; empty if
// none is named.
std::string code_language(const Document& document, NodeId pre);

// Line numbers beside code, by their class.
bool is_line_number(const Document& document, NodeId id);

// A table that arranges the page rather than data, whose cells are to be read one after the other.
bool is_layout_table(const Document& document, NodeId table);

}  // namespace html
