// The built program, as a user runs it.
#include "agent/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "cli/registry.h"
#include "cli/version.h"
#include "sys/folder.h"

namespace cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing_support::Folder;
using testing_support::Outcome;

Outcome autosre(const std::vector<std::string>& words) {
  static const Folder home;
  return testing_support::run_autosre(words,
                                      {{"HOME", home.path().string()}, {"PATH", "/usr/bin:/bin"}});
}

std::vector<std::string> words_of(std::string_view path) {
  std::vector<std::string> words;
  for (const std::string_view word : base::split(path, ' ')) words.emplace_back(word);
  return words;
}

Outcome run(const Entry& entry, const std::string& option = {}) {
  std::vector<std::string> words = words_of(entry.path);
  if (!option.empty()) words.push_back(option);
  return autosre(words);
}

TEST(EveryCommand, HasAHelpPage) {
  for (const Entry& entry : commands()) {
    const Outcome outcome = run(entry, "--help");
    EXPECT_EQ(outcome.code, 0) << entry.path << outcome.err;
    EXPECT_THAT(outcome.out, StartsWith("autosre " + std::string(entry.path) + " — "));
    EXPECT_EQ(outcome.err, "") << entry.path;
    EXPECT_EQ(run(entry, "-h").out, outcome.out) << entry.path;
  }
}

TEST(EveryCommand, ThatIsPlannedSaysThatItIsNotBuilt) {
  for (const Entry& entry : commands()) {
    if (entry.make) continue;
    const Outcome outcome = run(entry);
    EXPECT_EQ(outcome.code, 1) << entry.path;
    EXPECT_THAT(outcome.err, HasSubstr("is not built yet"));
    EXPECT_EQ(outcome.out, "") << entry.path;
  }
}

TEST(EveryCommand, ThatIsBuiltRefusesAnOptionItDoesNotHave) {
  for (const Entry& entry : commands()) {
    const bool passes_it_on = entry.path == "claude" || entry.path == "codex";
    if (!entry.make || passes_it_on) continue;
    const Outcome outcome = run(entry, "--no-such-option");
    EXPECT_EQ(outcome.code, 2) << entry.path;
    EXPECT_THAT(outcome.err, HasSubstr("--no-such-option"));
  }
}

TEST(Program, PrintsHelpWhenNothingIsAsked) {
  const Outcome outcome = autosre({});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, autosre({"--help"}).out);
  EXPECT_EQ(outcome.out, autosre({"-h"}).out);
  EXPECT_EQ(outcome.out, autosre({"help"}).out);
}

TEST(Program, PrintsItsVersion) {
  EXPECT_EQ(autosre({"--version"}).out, "autosre " + std::string(version()) + "\n");
  const json record = json::parse(autosre({"version", "--json"}).out);
  EXPECT_EQ(record["version"], version());
  EXPECT_EQ(record["tested"]["claude"], tested_claude_version);
  EXPECT_EQ(record["tested"]["codex"], tested_codex_version);
  EXPECT_FALSE(record["libraries"]["boost"].get<std::string>().empty());
}

TEST(Program, SuggestsTheCommandThatWasMeant) {
  const Outcome outcome = autosre({"strat"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, AllOf(StartsWith("error: unknown command 'strat'"),
                                 HasSubstr("did you mean 'start'?")));
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(autosre({"proxy", "antropic"}).err, HasSubstr("did you mean 'proxy anthropic'?"));
  EXPECT_THAT(autosre({"--vresion"}).err, HasSubstr("did you mean '--version'?"));
}

TEST(Program, AsksForACommandBelowAGroup) {
  EXPECT_EQ(autosre({"proxy"}).code, 2);
  const Outcome help = autosre({"proxy", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("proxy anthropic"));
  EXPECT_EQ(autosre({"help", "proxy"}).out, help.out);
}

TEST(Program, ExplainsACommandByHelpAsByItsOption) {
  EXPECT_EQ(autosre({"help", "claude"}).out, autosre({"claude", "--help"}).out);
  EXPECT_EQ(autosre({"help", "no-such"}).code, 2);
}

TEST(Program, DescribesItsWholeTreeAsJson) {
  const json tree = json::parse(autosre({"help", "--json"}).out);
  EXPECT_EQ(tree["commands"].size(), commands().size());
}

TEST(Program, PrintsAManPage) {
  EXPECT_THAT(autosre({"help", "--man"}).out, StartsWith(".TH "));
}

TEST(Program, DoctorReportsItsChecksAsJsonWithTheExitCodeOfTheWorst) {
  const Outcome outcome = autosre({"doctor", "--json"});
  const json report = json::parse(outcome.out);
  bool has_failed = false;
  for (const json& check : report["checks"]) {
    for (const char* field : {"code", "status", "subject", "evidence", "remedy"})
      EXPECT_TRUE(check.contains(field)) << check;
    has_failed = has_failed || check["status"] == "fail";
  }
  EXPECT_EQ(report["ok"], !has_failed);
  EXPECT_EQ(outcome.code, has_failed ? 1 : 0);
}

TEST(Program, FailsWhenStdoutIsFull) {
  const Outcome outcome = testing_support::run_program(
      {"/bin/sh", "-c", std::string(AUTOSRE_BINARY) + " --help > /dev/full"}, {});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("cannot write to stdout"));
}

TEST(Program, IsQuietWhenItsReaderHasGone) {
  for (const char* disposition : {"", "trap '' PIPE; "}) {
    const Outcome outcome = testing_support::run_program(
        {"/bin/bash", "-c", std::string(disposition) + AUTOSRE_BINARY + " help --json | true"},
        {{"PATH", "/usr/bin:/bin"}});
    EXPECT_EQ(outcome.err, "") << disposition;
  }
}

TEST(Program, ColoursNothingInAPipe) {
  EXPECT_EQ(autosre({"--help"}).out.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace cli
