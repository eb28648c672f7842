#include "mcp/line_reader.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

std::vector<std::string> read(std::string_view text, size_t step, size_t limit = 8) {
  std::vector<std::string> lines;
  LineReader reader(limit);
  const auto on_line = [&](std::string_view line) { lines.emplace_back(line); };
  for (size_t at = 0; at < text.size(); at += step)
    reader.feed(text.substr(at, step), on_line, [&] { lines.emplace_back("(too long)"); });
  reader.end(on_line);
  return lines;
}

TEST(LineReader, DoesNotDependOnWhereTheStreamIsCut) {
  const std::vector<std::string> expected = {"one", "", "two", "(too long)", "12345678", "rest"};
  for (size_t step = 1; step < 40; ++step)
    EXPECT_EQ(read("one\n\ntwo\n123456789\n12345678\nrest", step), expected) << step;
}

TEST(LineReader, GivesNothingOfALineThatIsTooLongAtTheEnd) {
  EXPECT_TRUE(read("123456789", 2).empty());
}

}  // namespace
}  // namespace mcp
