#include "translate/parts.h"

#include <algorithm>

namespace translate {
namespace {

void append_image(std::string& out, const Part& part) {
  out += R"({"type":"image_url","image_url":{"url":")";
  if (!part.media_type.empty()) {
    out += "data:";
    out += part.media_type;
    out += ";base64,";
  }
  out += part.image;
  out += R"("}})";
}

// Texts that follow one another are one part.
void append_parts(std::string& out, const Parts& parts) {
  bool in_text = false;
  bool first = true;
  for (const Part& part : parts) {
    const bool is_image = !part.image.empty();
    const bool continues = in_text && !is_image;
    if (in_text && is_image) out += "\"}";
    if (!first && !continues) out += ',';
    first = false;
    in_text = !is_image;
    if (is_image) {
      append_image(out, part);
    } else {
      out += continues ? separator : R"({"type":"text","text":")";
      out += part.text;
    }
  }
  if (in_text) out += "\"}";
}

}  // namespace

void append_text(std::string& out, const Parts& parts) {
  bool first = true;
  for (const Part& part : parts) {
    if (!part.image.empty()) continue;
    if (!first) out += separator;
    first = false;
    out += part.text;
  }
}

void append_content(std::string& out, const Parts& parts) {
  const bool plain =
      std::ranges::all_of(parts, [](const Part& part) { return part.image.empty(); });
  out += plain ? '"' : '[';
  if (plain) {
    append_text(out, parts);
  } else {
    append_parts(out, parts);
  }
  out += plain ? '"' : ']';
}

void take_images(Parts& parts, Parts& images, Texts& texts) {
  for (Part& part : parts) {
    if (part.image.empty()) continue;
    images.push_back(part);
    part = {.text =
                texts.keep("[image " + std::to_string(images.size()) + ": in the next message]")};
  }
}

}  // namespace translate
