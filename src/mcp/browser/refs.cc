#include "mcp/browser/refs.h"

#include "base/strings.h"

namespace mcp::browser {

int RefTable::number_of(const std::string& tab, const FrameKey& frame, int64_t dom_node,
                        const std::string& label) {
  const auto [entry, is_new] = numbers_.try_emplace({frame, dom_node}, last_ + 1);
  if (is_new) ++last_;
  refs_[entry->second] = {.tab = tab, .frame = frame, .dom_node = dom_node, .label = label};
  return entry->second;
}

const Ref* RefTable::find(int number) const {
  const auto found = refs_.find(number);
  return found == refs_.end() ? nullptr : &found->second;
}

std::optional<int> parse_ref(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.starts_with("ref=")) text.remove_prefix(4);
  if (text.starts_with('e')) text.remove_prefix(1);
  const auto number = base::parse_number(text);
  if (!number || *number < 1 || *number > 1'000'000'000) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace mcp::browser
