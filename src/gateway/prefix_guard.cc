#include "gateway/prefix_guard.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace gateway {
namespace {

constexpr double warn_below = 0.95;

}  // namespace

std::optional<PrefixReport> PrefixGuard::observe(const std::string& session,
                                                 const translate::ChatCall& call) {
  std::vector<Block> blocks;
  blocks.reserve(call.blocks.size());
  for (const translate::PromptBlock& block : call.blocks) {
    const std::string_view text =
        std::string_view(call.prompt).substr(block.begin, block.end - block.begin);
    blocks.push_back({XXH3_64bits(text.data(), text.size()), text.size()});
  }
  const auto known = sessions_.find(session);
  if (known == sessions_.end()) {
    recent_.push_front(session);
    sessions_[session] = {std::move(blocks), recent_.begin()};
    if (sessions_.size() > max_sessions) {
      sessions_.erase(recent_.back());
      recent_.pop_back();
    }
    return std::nullopt;
  }
  Session& last = known->second;
  recent_.splice(recent_.begin(), recent_, last.place);
  PrefixReport report;
  size_t total = 0;
  size_t shared = 0;
  bool same = true;
  for (size_t i = 0; i < last.blocks.size(); ++i) {
    total += last.blocks[i].size;
    if (same && (i >= blocks.size() || blocks[i].hash != last.blocks[i].hash)) {
      same = false;
      const std::string name(i < call.blocks.size() ? call.blocks[i].name : "the end");
      const bool has_tools = !call.blocks.empty() && call.blocks.front().name == "tools";
      const size_t message = has_tools && i > 0 ? i - 1 : i;
      report.changed =
          name == "tools" ? name : "message " + std::to_string(message) + " (" + name + ")";
    }
    if (same) shared += last.blocks[i].size;
  }
  if (total > 0) report.share = static_cast<double>(shared) / static_cast<double>(total);
  report.fell = report.share < warn_below;
  last.blocks = std::move(blocks);
  return report;
}

}  // namespace gateway
