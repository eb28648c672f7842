// The names by which a model speaks of elements: e12. An element keeps its ref in all snapshots
// while it lives (pure).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mcp::browser {

// A document: loading another into the same frame makes another key.
struct FrameKey {
  std::string frame;   // its id
  std::string loader;  // of the document in it
  auto operator<=>(const FrameKey&) const = default;
};

struct Ref {
  std::string tab;  // the target
  FrameKey frame;
  int64_t dom_node = 0;
  std::string label;  // `button "Log in"`
};

class RefTable {
 public:
  // The element's number, a new one at its first time.
  int number_of(const std::string& tab, const FrameKey& frame, int64_t dom_node,
                const std::string& label);
  const Ref* find(int number) const;
  // Drops what is of the tab, but in other documents than `is_alive` says.
  template <class IsAlive>
  void keep(const std::string& tab, IsAlive is_alive) {
    std::erase_if(refs_, [&](const auto& entry) {
      const Ref& ref = entry.second;
      if (ref.tab != tab || is_alive(ref.frame)) return false;
      numbers_.erase({ref.frame, ref.dom_node});
      return true;
    });
  }
  // Some number up to here was given out once.
  int last() const { return last_; }

 private:
  std::map<int, Ref> refs_;
  std::map<std::pair<FrameKey, int64_t>, int> numbers_;
  int last_ = 0;
};

// "e12", "[ref=e12]", "ref=e12", "12".
std::optional<int> parse_ref(std::string_view text);

}  // namespace mcp::browser
