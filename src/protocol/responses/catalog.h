// The body of GET /v1/models: OpenAI's list in `data`, and in `models` the catalog entry from which
// Codex learns the context window and which tools to offer.
#pragma once

#include <cstdint>
#include <string>

namespace responses {

struct ServedModel {
  std::string label;
  std::string name{};  // for people
  int64_t window = 0;  // tokens; 0: not known
  bool vision = false;
};

std::string encode_models(const ServedModel& model);
std::string encode_model(const ServedModel& model);  // one entry of `data`

}  // namespace responses
