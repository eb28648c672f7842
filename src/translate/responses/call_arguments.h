// A model's function arguments as tools of other kinds take them. All texts are JSON string
// contents, escaped, unless said otherwise.
#pragma once

#include <string>
#include <string_view>

namespace translate {

// The text for a freeform tool, which the model gave as {"input":…}, or in another wrapping that
// models are known to use. For apply_patch a fence around the patch is taken off too.
std::string freeform_input(std::string_view arguments, std::string_view tool);

// The same while it is being written, as far as it can be told already: the text of {"input":"…".
class FreeformStream {
 public:
  // What the next piece of the arguments adds to the text of this tool, as far as it will surely be
  // part of freeform_input(). The view lives until the next call.
  std::string_view feed(std::string_view arguments, std::string_view tool);

 private:
  enum class State { before, inside, after };
  State state_ = State::before;
  std::string rest_;  // of the arguments, unescaped, that is not told yet
  std::string told_;
};

// The arguments as a JSON object's own text; what is none becomes {"query":…}.
std::string object_text(std::string_view arguments);

}  // namespace translate
