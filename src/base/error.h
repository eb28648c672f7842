// The one exception of the program: a failure that can only be reported. What a caller branches on
// is returned instead, as Result<T, SomeError>.
#pragma once

#include <expected>
#include <stdexcept>
#include <string>

namespace base {

enum class Exit : int { ok = 0, failed = 1, usage = 2, held = 3 };

// what() is "what failed, on what"; why and next may be empty. Printed once, by main:
// `error: what — why — what to do next`.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& what, std::string why = {}, std::string next = {},
                 Exit code = Exit::failed);

  const std::string& why() const { return why_; }
  const std::string& next() const { return next_; }
  Exit code() const { return code_; }
  std::string line() const;

 private:
  std::string why_;
  std::string next_;
  Exit code_;
};

template <class T, class E = std::string>
using Result = std::expected<T, E>;

}  // namespace base
