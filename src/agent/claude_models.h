// What the proxy says of itself: the served labels with their windows (pure).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace agent {

// Both counts in tokens; nullopt when the proxy does not know.
struct ServedModel {
  std::string id;
  std::optional<int> window;
  std::optional<int> max_output;

  bool operator==(const ServedModel&) const = default;
};

// The body of GET /v1/models; entries without an id are passed over.
base::Result<std::vector<ServedModel>> parse_models(std::string_view body);

// The label for Claude Code: `wished` (AUTOSRE_CLAUDE_LABEL) when not empty, with the limits of the
// model of that name or else of the first; otherwise the first model, which must begin with
// "claude-".
base::Result<ServedModel> choose_model(std::string_view wished,
                                       const std::vector<ServedModel>& served);

}  // namespace agent
