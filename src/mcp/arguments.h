// Checks a call's arguments against its tool's schema (pure). Keywords known: type (a word or a
// list of words), properties, required, additionalProperties (false), items, enum, minimum,
// maximum, minLength, maxLength, minItems, maxItems, default; description and title are passed
// over. Any other is a fault of the schema, which a test finds.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace mcp {

// Numbers and booleans that came as strings ("5", "true") are mended, absent properties get their
// default. nullopt when all fits; otherwise one sentence that names the place, what is there and
// what is wanted: `max_results: 50 is more than 10`.
std::optional<std::string> check_arguments(const nlohmann::json& schema, nlohmann::json& arguments);

// The first keyword of the schema that the check does not know, with its path.
std::optional<std::string> unknown_keyword(const nlohmann::json& schema);

}  // namespace mcp
