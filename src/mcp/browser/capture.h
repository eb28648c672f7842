// Pictures and prints of a page.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mcp/browser/page.h"

namespace mcp::browser {

// Where a picture is taken, in the page's pixels, and how much it is scaled.
struct Clip {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  double scale = 1;
};

// What models take without shrinking it themselves.
constexpr double longest_side = 1568;
constexpr double most_pixels = 1'150'000;
double scale_for(double width, double height);

// A page that is higher than wide makes several pictures, at most `max`; `left_out` is the height
// in pixels of what they do not show (pure).
struct Pieces {
  std::vector<Clip> clips;
  double left_out = 0;
};
Pieces pieces_of(double width, double height, size_t max);

struct Picture {
  std::string bytes;
  std::string mime_type;
  int width = 0;
  int height = 0;
};
struct Pictures {
  std::vector<Picture> list;
  std::string note;  // what they show, in words
};

enum class Area { view, page, element };
// `format` is png, jpeg or webp; a PNG that becomes too large is made a JPEG. Throws base::Error.
net::Task<Pictures> take_pictures(std::shared_ptr<Tab> tab, Area area,
                                  std::optional<Element> element, std::string format);

// The PDF's bytes, 64 MiB at most. Throws base::Error.
struct PrintOptions {
  bool landscape = false;
  bool background = true;
  std::string paper = "a4";
  std::string pages = {};  // "1-3"
};
net::Task<std::string> print_pdf(std::shared_ptr<Tab> tab, PrintOptions options);

// The page as HTML, its frames and shadow trees included and what is hidden left out. `truncated`
// when it is longer than some MiB.
struct Markup {
  std::string html;
  std::string address;
  bool truncated = false;
};
net::Task<Markup> read_markup(std::shared_ptr<Tab> tab);

}  // namespace mcp::browser
