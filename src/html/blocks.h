// The blocks of a Markdown text, within quotes and list items.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace html {

class Blocks {
 public:
  // Everything until the matching pop() stands in a quote or an item: `first` is written before its
  // first line, `rest` before the others. Of too many inside each other the inner ones are left
  // out.
  void push(std::string first, std::string rest);
  void pop();

  // The next block follows without an empty line, as items do.
  void keep_tight() { is_tight_ = true; }
  void add(std::string_view text);
  bool is_empty() const { return text_.empty(); }
  std::string take() { return std::move(text_); }

 private:
  struct Container {
    std::string first, rest;
    bool is_begun;
  };
  void begin_row(bool is_blank);
  void separate();

  std::vector<Container> containers_;
  std::size_t left_out_ = 0;
  std::string text_;
  bool is_tight_ = false;
};

}  // namespace html
