// Checks the kinds of a JSON text's fields, and names the first fault with its path.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/json/document.h"

namespace json {

enum class Need { required, optional };

// Where the check is in the text; a step down lasts as long as the object.
class Step {
 public:
  Step(const Step* up, std::string_view name) : up_(up), name_(name) {}
  Step(const Step* up, size_t index) : up_(up), index_(index) {}
  // `messages.3.content.0`
  std::string path() const;

 private:
  const Step* up_;
  std::string_view name_;
  size_t index_ = 0;
};

// Every check returns false once a fault is found, which fault() then names:
// `messages.3.role: a string is required`.
class ShapeChecker {
 public:
  std::string fault() && { return std::move(fault_); }

 protected:
  bool fail(const Step& at, std::string_view required);
  bool fail(const Step& at, Kind required);
  bool field(const Step& in, Value object, std::string_view name, Kind kind, Need need) {
    return value(in, name, object[name], kind, need);
  }
  // For a field that has been looked up already.
  bool value(const Step& in, std::string_view name, Value value, Kind kind, Need need);

  template <class Check>
  bool each(const Step& in, std::string_view name, Value array, Check check) {
    const Step at(&in, name);
    size_t index = 0;
    for (const Value element : array)
      if (!check(Step(&at, index++), element)) return false;
    return true;
  }

 private:
  std::string fault_;
};

}  // namespace json
