#include "protocol/sse/parser.h"

#include <utility>

namespace sse {

std::string Parser::last_data() {
  if (!rest_.empty()) field(std::exchange(rest_, {}));
  return std::exchange(data_, {});
}

void Parser::field(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (first_ && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  first_ = false;
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == line.npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    type_ = value;
  } else if (name == "data" && data_.size() <= max_event) {
    if (has_data_) data_ += '\n';
    has_data_ = true;
    data_ += value;
  }
}

}  // namespace sse
