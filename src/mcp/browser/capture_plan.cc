#include <algorithm>
#include <cmath>

#include "mcp/browser/capture.h"

namespace mcp::browser {
namespace {

// A piece is about as high as a page of a book is to its width.
constexpr double height_to_width = 1.2;

}  // namespace

double scale_for(double width, double height) {
  if (width <= 0 || height <= 0) return 1;
  const double by_side = longest_side / std::max(width, height);
  const double by_area = std::sqrt(most_pixels / (width * height));
  return std::min({1.0, by_side, by_area});
}

Pieces pieces_of(double width, double height, size_t max) {
  Pieces pieces;
  const double most = std::max(200.0, std::floor(width * height_to_width));
  double y = 0;
  while (y < height && pieces.clips.size() < max) {
    // A last piece of a few lines goes with the one before it.
    double part = std::min(most, height - y);
    if (height - y - part < most / 8) part = height - y;
    pieces.clips.push_back(
        {.x = 0, .y = y, .width = width, .height = part, .scale = scale_for(width, part)});
    y += part;
  }
  pieces.left_out = std::max(0.0, height - y);
  return pieces;
}

}  // namespace mcp::browser
