// Content of Anthropic messages as text and images. Every block becomes one or the other, or a line
// that says what was left out; nothing goes silently but thinking and cache marks.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/json/document.h"
#include "translate/anthropic/request.h"
#include "translate/profile.h"

namespace translate::from_anthropic {

// A text (JSON string content, escaped, without lone surrogates), or an image's `source` object.
struct Part {
  std::string_view text;
  json::Value image;
};
using Parts = std::vector<Part>;

// Between blocks, wherever blocks become one string (escaped). Fixed, as all that stands in a
// prompt.
constexpr std::string_view separator = "\\n\\n";

class Content {
 public:
  Content(const ModelProfile& profile, const DocumentTexts& documents)
      : profile_(profile), documents_(documents) {}

  // Appends what `content` (a string, an array of blocks, or absent) says. Thinking and tool calls
  // are not content; results of tools are here only when no call is there for them.
  void read(json::Value content, Parts& parts);
  void read_block(json::Value block, Parts& parts);

  // The string's text, escaped; mended if it has lone surrogates.
  std::string_view text(json::Value string);
  // A text that must live as long as the parts.
  std::string_view keep(std::string escaped);

 private:
  void add(Parts& parts, std::string_view text) {
    if (!text.empty()) parts.push_back({text, {}});
  }
  void image(json::Value source, Parts& parts);
  void document(json::Value block, Parts& parts);
  void document_source(json::Value source, Parts& parts);
  void call(json::Value block, Parts& parts);
  void summary(json::Value block, Parts& parts);
  void flatten(json::Value value, std::string& out);

  const ModelProfile& profile_;
  const DocumentTexts& documents_;
  std::deque<std::string> kept_;
};

// "text", or [{text},{image_url}…] where images are.
void append_content(std::string& out, const Parts& parts);
// Only the texts, joined, without quotes.
void append_text(std::string& out, const Parts& parts);

}  // namespace translate::from_anthropic
