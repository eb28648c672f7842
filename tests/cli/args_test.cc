#include "cli/args.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ArgsTest : public testing::Test {
 protected:
  ArgsTest() {
    args_.flag("--json", json_, "as JSON", "AUTOSRE_TEST_JSON");
    args_.flag("-f,--follow", follow_, "go on");
    args_.option("--listen", "ADDRESS:PORT", listen_, "where", "AUTOSRE_TEST_LISTEN");
    args_.option("-n,--lines", "N", lines_, "how many", "AUTOSRE_TEST_LINES");
    args_.option("--priority", "N", priority_, "urgency");
    args_.option("--node", "IP", nodes_, "a node");
    args_.option("--format", "json|table", format_, "how");
  }
  ~ArgsTest() override {
    for (const char* name : {"AUTOSRE_TEST_JSON", "AUTOSRE_TEST_LISTEN", "AUTOSRE_TEST_LINES"})
      unsetenv(name);
  }

  std::string error_of(const std::vector<std::string>& words) {
    try {
      args_.parse(words);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Exit::usage);
      return error.line();
    }
    return {};
  }

  Args args_{"autosre test"};
  bool json_ = false;
  bool follow_ = false;
  std::string listen_ = "127.0.0.1:1";
  int lines_ = 50;
  std::optional<int> priority_;
  std::vector<std::string> nodes_;
  std::string format_ = "table";
};

TEST_F(ArgsTest, KeepsTheDefaultsWhenNothingIsGiven) {
  args_.parse({});
  EXPECT_FALSE(json_);
  EXPECT_EQ(listen_, "127.0.0.1:1");
  EXPECT_EQ(lines_, 50);
  EXPECT_EQ(priority_, std::nullopt);
}

TEST_F(ArgsTest, TakesValuesApartAndJoined) {
  args_.parse({"--json", "-f", "--listen", "[::1]:9", "--lines=7", "--priority", "-10"});
  EXPECT_TRUE(json_);
  EXPECT_TRUE(follow_);
  EXPECT_EQ(listen_, "[::1]:9");
  EXPECT_EQ(lines_, 7);
  EXPECT_EQ(priority_, -10);
}

TEST_F(ArgsTest, TakesAnEmptyValueForWhatItIs) {
  args_.parse({"--listen=", "--json"});
  EXPECT_EQ(listen_, "");
  EXPECT_TRUE(json_);
}

TEST_F(ArgsTest, DoesNotTakeBracketsForAList) {
  args_.parse({"--listen", "[a,b]", "--node", "[c,d]"});
  EXPECT_EQ(listen_, "[a,b]");
  EXPECT_THAT(nodes_, ElementsAre("[c,d]"));
}

TEST_F(ArgsTest, GathersARepeatedOptionAndLetsTheLastOfOthersWin) {
  args_.parse({"--node", "a", "--node", "b", "--lines", "1", "--lines", "2", "--json", "--json"});
  EXPECT_THAT(nodes_, ElementsAre("a", "b"));
  EXPECT_EQ(lines_, 2);
}

TEST_F(ArgsTest, FallsBackToVariables) {
  setenv("AUTOSRE_TEST_JSON", "1", 1);
  setenv("AUTOSRE_TEST_LISTEN", "from:1", 1);
  setenv("AUTOSRE_TEST_LINES", "3", 1);
  args_.parse({});
  EXPECT_TRUE(json_);
  EXPECT_EQ(listen_, "from:1");
  EXPECT_EQ(lines_, 3);
}

TEST_F(ArgsTest, PrefersTheCommandLineToVariables) {
  setenv("AUTOSRE_TEST_LINES", "3", 1);
  args_.parse({"--lines", "4"});
  EXPECT_EQ(lines_, 4);
}

TEST_F(ArgsTest, NamesTheVariableThatHoldsAWrongNumber) {
  setenv("AUTOSRE_TEST_LINES", "many", 1);
  EXPECT_THAT(error_of({}), HasSubstr("AUTOSRE_TEST_LINES"));
}

TEST_F(ArgsTest, RefusesWhatIsNoWholeNumber) {
  for (const char* text : {"x", "1.5", "", "0x10", "99999999999", "--1"})
    EXPECT_THAT(error_of({std::string("--lines=") + text}), HasSubstr("whole number")) << text;
}

TEST_F(ArgsTest, ReadsDecimalNumbersWithLeadingZeros) {
  args_.parse({"--lines", "010"});
  EXPECT_EQ(lines_, 10);
}

TEST_F(ArgsTest, SuggestsTheOptionThatWasMeant) {
  EXPECT_THAT(error_of({"--jsno"}), HasSubstr("did you mean '--json'?"));
  EXPECT_THAT(error_of({"--lisen=x"}), HasSubstr("did you mean '--listen'?"));
  EXPECT_THAT(error_of({"--quite-different"}), testing::Not(HasSubstr("did you mean")));
}

TEST_F(ArgsTest, NamesTheCommandsHelp) {
  EXPECT_THAT(error_of({"--nope"}), HasSubstr("see `autosre test --help`"));
}

TEST_F(ArgsTest, DoesNotTakeAnOptionForAMissingValue) {
  EXPECT_THAT(error_of({"--listen", "--json"}),
              HasSubstr("'--listen' needs a value: ADDRESS:PORT"));
  EXPECT_THAT(error_of({"--listen"}), HasSubstr("needs a value"));
}

TEST_F(ArgsTest, RefusesWordsThatACommandDoesNotTake) {
  EXPECT_THAT(error_of({"word"}), HasSubstr("unexpected argument 'word'"));
}

TEST_F(ArgsTest, AdmitsOnlyTheNamedValues) {
  args_.parse({"--format", "json"});
  EXPECT_EQ(format_, "json");
  EXPECT_THAT(error_of({"--format", "jsn"}), HasSubstr("did you mean 'json'?"));
  EXPECT_THAT(error_of({"--format", "zzz"}), HasSubstr("json|table"));
}

TEST_F(ArgsTest, DescribesItsOptions) {
  const auto& options = args_.options();
  ASSERT_EQ(options.size(), 7U);
  EXPECT_EQ(options[1].name, "--follow");
  EXPECT_EQ(options[1].short_name, "-f");
  EXPECT_EQ(options[2].value, "ADDRESS:PORT");
  EXPECT_EQ(options[2].default_text, "127.0.0.1:1");
  EXPECT_EQ(options[2].variable, "AUTOSRE_TEST_LISTEN");
  EXPECT_EQ(options[3].default_text, "50");
  EXPECT_EQ(options[4].default_text, "");
}

TEST(ArgsOperands, TakeRequiredWords) {
  Args args;
  std::string shell;
  args.positional("bash|zsh", shell, "the shell", true);
  args.parse({"zsh"});
  EXPECT_EQ(shell, "zsh");
  Args missing;
  missing.positional("SHELL", shell, "the shell", true);
  EXPECT_THROW(missing.parse({}), base::Error);
}

TEST(ArgsOperands, TakeAnyNumberOfWordsAlsoAfterTwoDashes) {
  Args args;
  std::vector<std::string> words;
  args.positionals("WORD", words, "words");
  args.parse({"a", "b", "--", "-c"});
  EXPECT_THAT(words, ElementsAre("a", "b", "-c"));
}

TEST(ArgsRest, PassesOnAllThatIsNotItsOwnInOrder) {
  Args args;
  bool lean = false;
  int priority = 0;
  std::vector<std::string> rest;
  args.flag("--lean", lean, "few tools");
  args.option("--priority", "N", priority, "urgency");
  args.rest("WORD", rest, "for claude");
  args.parse(
      {"-p", "two words", "--lean", "--model=x", "--priority", "5", "", "--", "--lean", "--"});
  EXPECT_TRUE(lean);
  EXPECT_EQ(priority, 5);
  EXPECT_THAT(rest, ElementsAre("-p", "two words", "--model=x", "", "--lean", "--"));
}

TEST(ArgsRest, MayBeginAtTheFirstWordThatIsNotItsOwn) {
  Args args;
  bool json = false;
  int priority = 0;
  std::vector<std::string> rest;
  args.flag("--json", json, "as JSON");
  args.option("--priority", "N", priority, "urgency");
  args.rest("WORD", rest, "for codex", Args::Rest::from_first);
  args.parse({"--priority", "5", "exec", "--json", "--priority=7", "--", "-x"});
  EXPECT_FALSE(json);
  EXPECT_EQ(priority, 5);
  EXPECT_THAT(rest, ElementsAre("exec", "--json", "--priority=7", "--", "-x"));
}

TEST(ArgsRest, AsksForHelpOnlyInItsOwnWords) {
  for (const auto place : {Args::Rest::anywhere, Args::Rest::from_first}) {
    Args args;
    std::string url;
    std::vector<std::string> rest;
    args.option("--url", "URL", url, "where");
    args.rest("WORD", rest, "for codex", place);
    EXPECT_TRUE(args.asks_for_help({"--url", "x", "-h"}));
    EXPECT_TRUE(args.asks_for_help({"--url=x", "--help", "exec"}));
    EXPECT_FALSE(args.asks_for_help({"--url", "x", "--", "--help"}));
    EXPECT_EQ(args.asks_for_help({"exec", "--help"}), place == Args::Rest::anywhere);
  }
}

TEST(ArgsRest, IsEmptyWhenAllIsItsOwn) {
  Args args;
  bool lean = false;
  std::vector<std::string> rest;
  args.flag("--lean", lean, "few tools");
  args.rest("WORD", rest, "for claude");
  args.parse({"--lean"});
  EXPECT_THAT(rest, IsEmpty());
}

}  // namespace
}  // namespace cli
