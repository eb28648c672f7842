#include "cli/output.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cli {
namespace {

constexpr Terminal piped{};
constexpr Terminal narrow{.is_interactive = true, .has_colour = false, .width = 30};
constexpr Terminal coloured{.is_interactive = true, .has_colour = true, .width = 80};

const Table table{
    .titles = {"name", "evidence"},
    .rows = {{"a", "short"}, {"longer name", "a sentence that is long enough to wrap"}}};

TEST(RenderTable, AlignsColumnsWithoutTrailingBlanks) {
  EXPECT_EQ(render_table(table, piped),
            "NAME         EVIDENCE\n"
            "a            short\n"
            "longer name  a sentence that is long enough to wrap\n");
}

TEST(RenderTable, WrapsTheWidestColumnToFitTheTerminal) {
  EXPECT_EQ(render_table(table, narrow),
            "NAME         EVIDENCE\n"
            "a            short\n"
            "longer name  a sentence that\n"
            "             is long enough to\n"
            "             wrap\n");
}

TEST(RenderTable, CutsAWordThatIsLongerThanItsColumn) {
  const Table one{.titles = {}, .rows = {{std::string(40, 'x')}}};
  EXPECT_EQ(render_table(one, narrow), std::string(30, 'x') + "\n" + std::string(10, 'x') + "\n");
}

TEST(RenderTable, CountsCharactersNotBytes) {
  const Table accents{.titles = {}, .rows = {{"é", "x"}, {"ab", "y"}}};
  EXPECT_EQ(render_table(accents, piped), "é   x\nab  y\n");
}

TEST(RenderTable, TakesRowsShorterThanOthers) {
  const Table ragged{.titles = {}, .rows = {{"a"}, {"b", "c"}}};
  EXPECT_EQ(render_table(ragged, piped), "a\nb  c\n");
}

TEST(RenderTable, PaintsOnlyOnATerminalWithColour) {
  const Table toned{.titles = {}, .rows = {{Cell("bad", Tone::bad), "x"}}};
  EXPECT_EQ(render_table(toned, piped), "bad  x\n");
  EXPECT_EQ(render_table(toned, coloured), "\x1b[31mbad\x1b[0m  x\n");
}

TEST(DecideTerminal, ColoursATerminalOnly) {
  EXPECT_TRUE(decide_terminal(true, 80, {{"TERM", "xterm"}}).has_colour);
  EXPECT_FALSE(decide_terminal(false, 80, {{"TERM", "xterm"}}).has_colour);
  EXPECT_EQ(decide_terminal(false, 80, {}).width, 0);
}

TEST(DecideTerminal, HeedsTheUsualVariables) {
  EXPECT_FALSE(decide_terminal(true, 80, {{"NO_COLOR", "1"}}).has_colour);
  EXPECT_TRUE(decide_terminal(true, 80, {{"NO_COLOR", ""}}).has_colour);
  EXPECT_FALSE(decide_terminal(true, 80, {{"TERM", "dumb"}}).has_colour);
  EXPECT_FALSE(decide_terminal(true, 80, {{"TERM", "dumb"}}).is_interactive);
  EXPECT_TRUE(decide_terminal(false, 0, {{"CLICOLOR_FORCE", "1"}}).has_colour);
  EXPECT_FALSE(decide_terminal(false, 0, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}).has_colour);
}

TEST(RenderProgress, DrawsABarOnATerminal) {
  EXPECT_EQ(render_progress("weights", 0.5, coloured), "[############............]  50% weights");
  EXPECT_EQ(render_progress("weights", std::nullopt, coloured), "weights");
}

TEST(RenderProgress, IsPlainElsewhere) {
  EXPECT_EQ(render_progress("weights", 0.5, piped), " 50% weights");
}

TEST(RenderProgress, KeepsToTheBoundsAndTheWidth) {
  EXPECT_EQ(render_progress("x", 7.0, piped), "100% x");
  EXPECT_EQ(render_progress("x", -1.0, piped), "  0% x");
  EXPECT_LE(display_width(render_progress(std::string(99, 'x'), 0.1, narrow)), 30);
}

// What is printed to a stream, read back.
class Printed {
 public:
  Printed() : file_(std::tmpfile()) {}
  ~Printed() { std::fclose(file_); }
  std::FILE* file() { return file_; }
  std::string text() {
    std::string all(static_cast<size_t>(std::ftell(file_)), '\0');
    std::rewind(file_);
    return std::fread(all.data(), 1, all.size(), file_) == all.size() ? all : "";
  }

 private:
  std::FILE* file_;
};

TEST(Progress, PrintsOneLineForEachPhaseAndTenthWhenNotATerminal) {
  Printed printed;
  Progress progress(printed.file(), piped);
  progress.update("starting");
  progress.update("starting");
  for (const double fraction : {0.0, 0.01, 0.05, 0.11, 0.12})
    progress.update("loaded " + std::to_string(fraction).substr(0, 4), fraction);
  progress.done("ready");
  EXPECT_EQ(printed.text(), "starting\n  0% loaded 0.00\n 11% loaded 0.11\nready\n");
}

TEST(Progress, RedrawsItsLineOnATerminalAndClearsItAtTheEnd) {
  Printed printed;
  {
    Progress progress(printed.file(), coloured);
    progress.update("one");
    progress.update("two");
  }
  EXPECT_EQ(printed.text(), "\r\x1b[Kone\r\x1b[Ktwo\r\x1b[K");
}

TEST(Output, PrintsJsonAlsoWhenTextIsNotUtf8) {
  Printed printed;
  Output(printed.file(), piped).json({{"a", "\xff"}, {"b", nullptr}});
  EXPECT_EQ(printed.text(), "{\n  \"a\": \"\xEF\xBF\xBD\",\n  \"b\": null\n}\n");
}

}  // namespace
}  // namespace cli
