#include "protocol/json/shape.h"

namespace json {
namespace {

std::string_view article(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::number:
      return "a number";
    case Kind::string:
      return "a string";
    case Kind::array:
      return "an array";
    case Kind::object:
      return "an object";
    case Kind::null:
    case Kind::absent:
      break;
  }
  return "a value";
}

}  // namespace

std::string Step::path() const {
  std::string path = up_ == nullptr ? "" : up_->path();
  if (name_.empty() && up_ == nullptr) return path;
  if (!path.empty()) path += '.';
  path += name_.empty() ? std::to_string(index_) : std::string(name_);
  return path;
}

bool ShapeChecker::fail(const Step& at, std::string_view required) {
  fault_ = at.path() + ": " + std::string(required);
  return false;
}

bool ShapeChecker::fail(const Step& at, Kind required) {
  return fail(at, std::string(article(required)) + " is required");
}

bool ShapeChecker::value(const Step& in, std::string_view name, Value value, Kind kind, Need need) {
  if (value.is(kind) || (need == Need::optional && !value.given())) return true;
  return fail(Step(&in, name), kind);
}

}  // namespace json
