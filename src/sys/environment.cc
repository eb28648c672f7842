#include "sys/environment.h"

#include <string_view>

#include <unistd.h>

namespace sys {

config::Environment environment() {
  config::Environment values;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    values.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return values;
}

}  // namespace sys
