// The text of one block in Markdown: spaces collapsed, marks and links closed, and escaped only
// where a character would mean something else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace html {

class Line {
 public:
  enum class Mark { strong, emphasis, strike, link };

  void text(std::string_view text);
  void verbatim(std::string_view markdown);  // is Markdown already; counts as a word
  void space() { has_space_ = true; }
  void line_break();

  void open(Mark mark, std::string address = {});
  void close();  // the mark opened last
  void open_code() { ++code_depth_; }
  void close_code();

  // Marks other than links are left out where they would say nothing (headings), and `|` is escaped
  // in cells.
  void set_plain(bool plain) { is_plain_ = plain; }
  void set_cell(bool cell) { is_cell_ = cell; }

  bool is_empty() const { return line_.empty(); }
  char last() const { return line_.empty() || has_space_ ? ' ' : line_.back(); }
  // The block's text; marks that are open go on in the next block, a link does not.
  std::string take();

 private:
  struct Opened {
    Mark mark;
    std::string address;
    bool is_written;
    bool is_silent;  // has nothing to write: the same mark is open, or it is plain here
  };
  void begin_word();
  void write_closing(const Opened& mark);
  void escaped(std::string_view text, std::size_t at);
  bool needs_escape(std::string_view text, std::size_t at) const;
  std::size_t special(std::string_view text, std::size_t at);

  std::string line_;
  std::string code_;
  std::vector<Opened> marks_;
  std::size_t unwritten_ = 0;  // marks that wait for a word
  int code_depth_ = 0;
  int open_links_ = 0;
  bool has_space_ = false;
  bool is_plain_ = false;
  bool is_cell_ = false;
};

// A line break that the text itself has, kept apart from spaces until the block is written.
inline constexpr char kLineBreak = '\n';

// As many of them as no run in `text` has, but at least `least`.
std::string backticks_around(std::string_view text, std::size_t least);

}  // namespace html
