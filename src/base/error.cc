#include "base/error.h"

#include <utility>

namespace base {

Error::Error(const std::string& what, std::string why, std::string next, Exit code)
    : std::runtime_error(what), why_(std::move(why)), next_(std::move(next)), code_(code) {}

std::string Error::line() const {
  std::string line = std::string("error: ") + what();
  if (!why_.empty()) line += " — " + why_;
  if (!next_.empty()) line += " — " + next_;
  return line;
}

}  // namespace base
