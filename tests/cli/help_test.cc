#include "cli/help.h"

#include <algorithm>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "sys/files.h"

namespace cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Terminal piped{};

class Example : public Command {
 public:
  void declare(Args& args) override {
    args.option("-n,--lines", "N", lines_, "print N lines", "AUTOSRE_LINES");
    args.flag("--json", json_, "print it as JSON");
    args.positional("NAME", name_, "which one", false);
  }
  int run() override { return 0; }

 private:
  int lines_ = 50;
  bool json_ = false;
  std::string name_;
};

constexpr std::string_view markdown = "Prints lines.\n\n## Example\n\n    autosre example -n 3\n";
const Entry example{"example", Group::measure, "print lines",
                    [] -> std::unique_ptr<Command> { return std::make_unique<Example>(); },
                    markdown};
const Entry planned{"later", Group::measure, "do it later", nullptr, {}};

TEST(RenderPage, ShowsPurposeOptionsWithDefaultsAndAnExample) {
  EXPECT_EQ(render_page(describe(example), piped),
            "autosre example — print lines\n"
            "\n"
            "Usage: autosre example [options] [NAME]\n"
            "\n"
            "Prints lines.\n"
            "\n"
            "Arguments:\n"
            "  NAME  which one\n"
            "\n"
            "Options:\n"
            "  -n, --lines N  print N lines [default: 50, AUTOSRE_LINES]\n"
            "      --json     print it as JSON\n"
            "  -h, --help     show this page\n"
            "\n"
            "Example:\n"
            "  autosre example -n 3\n");
}

int widest_line(std::string_view page) {
  int widest = 0;
  for (const std::string_view line : base::split(page, '\n'))
    widest = std::max(widest, display_width(line));
  return widest;
}

TEST(RenderPage, FillsItsTextToTheTerminal) {
  Entry wordy = example;
  wordy.help =
      "One two three four five six\nseven eight nine ten.\n\n- an item of a list\n- another\n\n"
      "## Example\n\n    autosre example --lines 3 --and-more-words\n";
  const std::string page = render_page(describe(wordy), {.is_interactive = true, .width = 30});
  EXPECT_THAT(page, HasSubstr("One two three four five six\nseven eight nine ten.\n\n- an item"));
  EXPECT_THAT(page, HasSubstr("- an item of a list\n- another\n"));
  EXPECT_THAT(page, HasSubstr("\n  autosre example --lines 3 --and-more-words\n"));
  const std::string wide = render_page(describe(wordy), {.is_interactive = true, .width = 60});
  EXPECT_THAT(wide, HasSubstr("One two three four five six seven eight nine ten.\n"));
  EXPECT_THAT(render_page(describe(wordy), piped), HasSubstr("six\nseven eight"));
}

TEST(RenderPage, FitsA80ColumnTerminal) {
  for (const Entry& entry : commands()) {
    const std::string page = render_page(describe(entry), {.is_interactive = true, .width = 80});
    const std::string text = page.substr(page.find("\n\n"));  // behind the summary
    EXPECT_LE(widest_line(text.substr(0, text.find("Example:"))), 80) << page;
  }
}

TEST(RenderPage, SaysPlainlyThatAPlannedCommandIsNotBuilt) {
  const std::string page = render_page(describe(planned), piped);
  EXPECT_THAT(page, HasSubstr("not built yet"));
  EXPECT_THAT(page, Not(HasSubstr("Options")));
}

TEST(RenderRoot, MarksPlannedCommands) {
  const Entry table[] = {example, planned};
  const std::string page = render_root(table, piped);
  EXPECT_THAT(page, HasSubstr("  example  print lines\n"));
  EXPECT_THAT(page, HasSubstr("  later    do it later (planned)\n"));
}

// UPDATE_GOLDEN=1 rewrites the file.
TEST(RenderRoot, IsThePageThatIsKept) {
  const std::string path = AUTOSRE_SOURCE "/tests/cli/golden/help.txt";
  const std::string page = render_root(commands(), piped);
  if (std::getenv("UPDATE_GOLDEN")) {
    sys::write_atomically(path, page);
    GTEST_SKIP() << "rewritten";
  }
  EXPECT_EQ(page, sys::read_file(path).value_or("(missing)"));
}

TEST(RenderRoot, FitsA80ColumnTerminal) {
  EXPECT_LE(widest_line(render_root(commands(), {.is_interactive = true, .width = 80})), 80);
}

TEST(HelpTree, HoldsEveryCommandWithItsOptions) {
  const Entry table[] = {example, planned};
  const auto tree = to_json(describe(table));
  ASSERT_EQ(tree["commands"].size(), 2U);
  const auto& row = tree["commands"][0];
  EXPECT_EQ(row["path"], "example");
  EXPECT_EQ(row["built"], true);
  EXPECT_EQ(row["options"][0]["name"], "--lines");
  EXPECT_EQ(row["options"][0]["short"], "-n");
  EXPECT_EQ(row["options"][0]["default"], "50");
  EXPECT_EQ(row["options"][1]["value"], nullptr);
  EXPECT_EQ(row["arguments"][0]["name"], "NAME");
  EXPECT_EQ(tree["commands"][1]["built"], false);
}

}  // namespace
}  // namespace cli
