#include "html/blocks.h"

#include <algorithm>
#include <utility>

namespace html {
namespace {

constexpr std::size_t kMaxContainers = 16;  // each costs some bytes a line

}  // namespace

void Blocks::push(std::string first, std::string rest) {
  if (containers_.size() >= kMaxContainers) {
    ++left_out_;
    return;
  }
  containers_.push_back({std::move(first), std::move(rest), false});
}

void Blocks::pop() {
  if (left_out_ > 0)
    --left_out_;
  else if (!containers_.empty())
    containers_.pop_back();
}

void Blocks::begin_row(bool is_blank) {
  const std::size_t start = text_.size();
  for (Container& container : containers_) {
    if (is_blank && !container.is_begun) break;
    text_ += container.is_begun ? container.rest : container.first;
    container.is_begun = true;
  }
  if (!is_blank) return;
  while (text_.size() > start && text_.back() == ' ') text_.pop_back();
}

void Blocks::separate() {
  if (!text_.empty() && !std::exchange(is_tight_, false)) {
    begin_row(true);
    text_ += '\n';
  }
  is_tight_ = false;
}

void Blocks::add(std::string_view text) {
  if (text.empty()) return;
  separate();
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    begin_row(row.empty());
    text_ += row;
    text_ += '\n';
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace html
