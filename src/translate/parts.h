// What a message says, as texts and images; all escaped as in JSON strings, without lone
// surrogates.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace translate {

// A text, or an image: base64 data of a media type, or a URL when no media type is given.
struct Part {
  std::string_view text{};
  std::string_view image{};
  std::string_view media_type{};
};
using Parts = std::vector<Part>;

// Between parts, wherever they become one string (escaped). Fixed, as all that stands in a prompt.
constexpr std::string_view separator = "\\n\\n";

// Keeps texts that were made on the way, for parts are views.
class Texts {
 public:
  std::string_view keep(std::string escaped) { return kept_.emplace_back(std::move(escaped)); }

 private:
  std::deque<std::string> kept_;
};

// "text", or [{text},{image_url}…] where images are.
void append_content(std::string& out, const Parts& parts);
// Only the texts, joined, without quotes.
void append_text(std::string& out, const Parts& parts);
// Puts a note in the place of each image and the image at the end of `images`.
void take_images(Parts& parts, Parts& images, Texts& texts);

}  // namespace translate
