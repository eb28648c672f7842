// Names of keys, as models write them, to what the browser has to be told (pure).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace mcp::browser {

// The parameters of Input.dispatchKeyEvent, one event after the other, for "Enter", "a",
// "Control+Shift+ArrowLeft". The error names the part that is no key.
base::Result<std::vector<nlohmann::json>> key_events(std::string_view chord);

}  // namespace mcp::browser
