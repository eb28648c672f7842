// The shape that a Responses API request must have: the kinds of the fields that are read, nothing
// of their sense. What is not read is not looked at.
#pragma once

#include <optional>
#include <string>

#include "protocol/json/document.h"

namespace responses {

// The first fault as `path: what is required`, e.g. `input.3.role: a string is required`.
std::optional<std::string> find_fault(json::Value root);

}  // namespace responses
