// Takes <think>…</think> at the beginning of an answer's text apart, also when the tags are cut
// over deltas. For models whose server has no reasoning parser.
#pragma once

#include <string>
#include <string_view>

namespace translate {

// Appends `escaped` with the characters of tags in their plain form: some servers write \u003c for
// < and \/ for /, which mean the same.
void append_with_plain_tags(std::string& out, std::string_view escaped);

class ThinkSplitter {
 public:
  // `inside`: the prompt has opened the tag already, only its end will be seen.
  explicit ThinkSplitter(bool inside) : state_(inside ? State::inside : State::before) {}

  struct Parts {
    std::string_view reasoning;
    std::string_view text;
  };
  // Views live until the next call and as long as `escaped`.
  Parts split(std::string_view escaped);
  // What was held back because a tag might have followed.
  Parts rest();

  bool transparent() const { return state_ == State::after; }

 private:
  enum class State { before, inside, gap, after };  // gap: the space after the closing tag
  Parts split_before();
  Parts split_inside();
  Parts split_gap();

  State state_;
  std::string held_;
  std::string out_;
};

}  // namespace translate
