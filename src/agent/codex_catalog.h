// The model catalog for Codex, out of what the proxy serves (pure). Without one Codex takes the
// model for unknown: no tool that edits files, a window of 272000 tokens, a warning in each run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/tools.h"
#include "base/error.h"

namespace agent {

struct CodexModel {
  std::string label;
  std::optional<int> window;  // tokens; nullopt when the proxy does not know
  std::string catalog;        // the text of a model_catalog_json file
};

// From the body of GET /v1/models: the first of `data`, with the entries of `models`. With few
// tools the instructions are short ones.
base::Result<CodexModel> choose_codex_model(std::string_view body, Tools tools);

}  // namespace agent
