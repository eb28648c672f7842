// YAML as JSON, as Kubernetes and helm read it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"

namespace k3s {

// Every document that is not empty. The error says where the text is wrong.
base::Result<std::vector<nlohmann::ordered_json>> parse_yaml(std::string_view text);

// As helm merges values: mappings by key, all else is replaced, null takes away.
void merge_values(nlohmann::ordered_json& into, const nlohmann::ordered_json& layer);

}  // namespace k3s
