// Content of Anthropic messages as text and images. Every block becomes one or the other, or a line
// that says what was left out; nothing goes silently but thinking and cache marks.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/json/document.h"
#include "translate/anthropic/request.h"
#include "translate/parts.h"
#include "translate/profile.h"

namespace translate::from_anthropic {

class Content {
 public:
  Content(const ModelProfile& profile, const DocumentTexts& documents, Texts& texts)
      : profile_(profile), documents_(documents), texts_(texts) {}

  // Appends what `content` (a string, an array of blocks, or absent) says. Thinking and tool calls
  // are not content; results of tools are here only when no call is there for them.
  void read(json::Value content, Parts& parts);
  void read_block(json::Value block, Parts& parts);

  // The string's text, escaped; mended if it has lone surrogates.
  std::string_view text(json::Value string);
  // A text that must live as long as the parts.
  std::string_view keep(std::string escaped) { return texts_.keep(std::move(escaped)); }

 private:
  void add(Parts& parts, std::string_view text) {
    if (!text.empty()) parts.push_back({.text = text});
  }
  void image(json::Value source, Parts& parts);
  void document(json::Value block, Parts& parts);
  void document_source(json::Value source, Parts& parts);
  void call(json::Value block, Parts& parts);
  void summary(json::Value block, Parts& parts);
  void flatten(json::Value value, std::string& out);

  const ModelProfile& profile_;
  const DocumentTexts& documents_;
  Texts& texts_;
};

}  // namespace translate::from_anthropic
