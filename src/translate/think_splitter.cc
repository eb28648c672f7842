#include "translate/think_splitter.h"

#include <algorithm>
#include <utility>

namespace translate {
namespace {

constexpr std::string_view opening = "<think>";
constexpr std::string_view closing = "</think>";

// Length of the escaped whitespace at the start.
size_t blank_prefix(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
    } else if (text.substr(at).starts_with("\\n") || text.substr(at).starts_with("\\r") ||
               text.substr(at).starts_with("\\t")) {
      at += 2;
    } else {
      break;
    }
  }
  return at;
}

// Length of the longest end of `text` with which `tag` begins.
size_t overlap(std::string_view text, std::string_view tag) {
  for (size_t length = std::min(text.size(), tag.size() - 1); length > 0; --length)
    if (text.ends_with(tag.substr(0, length))) return length;
  return 0;
}

}  // namespace

void append_with_plain_tags(std::string& out, std::string_view escaped) {
  size_t at = 0;
  while (at < escaped.size()) {
    const size_t slash = std::min(escaped.find('\\', at), escaped.size());
    out += escaped.substr(at, slash - at);
    if (slash == escaped.size()) return;
    const std::string_view rest = escaped.substr(slash);
    size_t length = std::min<size_t>(rest.size(), 2);
    if (rest.starts_with("\\u003c") || rest.starts_with("\\u003C")) {
      out += '<';
      length = 6;
    } else if (rest.starts_with("\\u003e") || rest.starts_with("\\u003E")) {
      out += '>';
      length = 6;
    } else if (rest.starts_with("\\/")) {
      out += '/';
    } else {
      out += rest.substr(0, length);
    }
    at = slash + length;
  }
}

ThinkSplitter::Parts ThinkSplitter::split(std::string_view escaped) {
  if (state_ == State::after) return {{}, escaped};
  append_with_plain_tags(held_, escaped);
  if (state_ == State::gap) return split_gap();
  return state_ == State::before ? split_before() : split_inside();
}

ThinkSplitter::Parts ThinkSplitter::split_before() {
  const std::string_view start = std::string_view(held_).substr(blank_prefix(held_));
  if (start.starts_with(opening)) {
    held_.erase(0, held_.size() - start.size() + opening.size());
    state_ = State::inside;
    return split_inside();
  }
  if (opening.starts_with(start)) return {};
  state_ = State::after;
  out_ = std::exchange(held_, {});
  return {{}, out_};
}

ThinkSplitter::Parts ThinkSplitter::split_inside() {
  const size_t end = held_.find(closing);
  if (end == std::string::npos) {
    const size_t keep = overlap(held_, closing);
    out_ = held_.substr(0, held_.size() - keep);
    held_.erase(0, held_.size() - keep);
    return {out_, {}};
  }
  out_ = std::exchange(held_, {});
  const std::string_view all = out_;
  std::string_view text = all.substr(end + closing.size());
  text.remove_prefix(blank_prefix(text));
  state_ = text.empty() ? State::gap : State::after;
  return {all.substr(0, end), text};
}

ThinkSplitter::Parts ThinkSplitter::split_gap() {
  out_ = std::exchange(held_, {});
  const std::string_view text = std::string_view(out_).substr(blank_prefix(out_));
  if (!text.empty()) state_ = State::after;
  return {{}, text};
}

ThinkSplitter::Parts ThinkSplitter::rest() {
  out_ = std::exchange(held_, {});
  const bool inside = state_ == State::inside;
  state_ = State::after;
  return inside ? Parts{out_, {}} : Parts{{}, out_};
}

}  // namespace translate
