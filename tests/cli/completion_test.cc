#include "cli/completion.h"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/program.h"
#include "base/strings.h"
#include "cli/completion_parts.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing_support::Folder;
using testing_support::Outcome;

// A real bash that sources the script and completes the last of the words.
std::vector<std::string> complete_in_bash(const std::vector<std::string>& words) {
  const Folder folder;
  sys::write_atomically(folder / "script", render_bash_completion(describe(commands())));
  sys::write_atomically(folder / "model.gguf", "");
  std::string line = "source ./script; COMP_WORDS=(autosre";
  for (const std::string& word : words) line += " " + quote(word);
  line += "); COMP_CWORD=" + std::to_string(words.size()) +
          "; _autosre 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
  const Outcome outcome = testing_support::run_program({"/bin/bash", "-uc", line},
                                                       {{"PATH", "/usr/bin:/bin"}}, folder.path());
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  std::vector<std::string> found;
  for (const std::string_view word : base::split(base::trim(outcome.out), '\n'))
    if (!word.empty()) found.emplace_back(word);
  return found;
}

TEST(BashCompletion, OffersCommands) {
  EXPECT_THAT(complete_in_bash({"st"}), ElementsAre("start", "stop", "status"));
  EXPECT_THAT(complete_in_bash({""}), AllOf(Contains("claude"), Contains("--version")));
}

TEST(BashCompletion, OffersWordsBelowAGroup) {
  EXPECT_THAT(complete_in_bash({"proxy", ""}), ElementsAre("anthropic", "codex", "--help"));
}

TEST(BashCompletion, OffersTheOptionsOfTheCommand) {
  EXPECT_THAT(complete_in_bash({"claude", "--pr"}), ElementsAre("--priority", "--print-env"));
  EXPECT_THAT(complete_in_bash({"version", "--"}), ElementsAre("--help", "--json"));
  EXPECT_THAT(complete_in_bash({"proxy", "anthropic", "--lis"}), ElementsAre("--listen"));
}

TEST(BashCompletion, OffersTheNamedValuesOfAnArgument) {
  EXPECT_THAT(complete_in_bash({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
}

TEST(BashCompletion, OffersCommandsToHelp) {
  EXPECT_THAT(complete_in_bash({"help", "cl"}), ElementsAre("claude", "cluster"));
}

TEST(BashCompletion, OffersFilesForAFile) {
  EXPECT_THAT(complete_in_bash({"start", "--model", "mo"}), ElementsAre("model.gguf"));
}

TEST(BashCompletion, OffersNothingForAFreeValue) {
  EXPECT_THAT(complete_in_bash({"claude", "--priority", ""}), testing::IsEmpty());
}

// Whether the shell, where it is installed, takes the script.
void expect_valid(const std::string& shell, const std::string& script) {
  const std::string program = "/usr/bin/" + shell;
  if (!std::filesystem::exists(program)) GTEST_SKIP() << shell << " is not installed";
  const Folder folder;
  sys::write_atomically(folder / "script", script);
  const Outcome outcome =
      testing_support::run_program({program, "-n", (folder / "script").string()},
                                   {{"PATH", "/usr/bin:/bin"}, {"HOME", folder.path().string()}});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
}

TEST(ZshCompletion, IsAValidScript) {
  expect_valid("zsh", render_zsh_completion(describe(commands())));
}

TEST(FishCompletion, IsAValidScript) {
  expect_valid("fish", render_fish_completion(describe(commands())));
}

TEST(ZshCompletion, HasEveryCommandAndOption) {
  const auto tree = describe(commands());
  const std::string script = render_zsh_completion(tree);
  for (const Description& description : tree) {
    EXPECT_THAT(script, HasSubstr("'" + std::string(description.entry->path) + "')"));
    for (const Option& option : description.options) EXPECT_THAT(script, HasSubstr(option.name));
  }
}

TEST(FishCompletion, HasEveryCommandAndOption) {
  const auto tree = describe(commands());
  const std::string script = render_fish_completion(tree);
  for (const Description& description : tree)
    for (const Option& option : description.options)
      EXPECT_THAT(script, HasSubstr("__autosre_at " + std::string(description.entry->path) +
                                    "\" -l " + option.name.substr(2)));
}

TEST(CandidatesOf, FollowsTheValuesName) {
  EXPECT_EQ(candidates_of("a|b"), Candidates::words);
  EXPECT_EQ(candidates_of("FILE.gguf"), Candidates::files);
  EXPECT_EQ(candidates_of("FOLDER"), Candidates::folders);
  EXPECT_EQ(candidates_of("COMMAND"), Candidates::commands);
  EXPECT_EQ(candidates_of("N"), Candidates::none);
}

TEST(Quote, ProtectsAnythingFromAShell) {
  EXPECT_EQ(quote("it's"), "'it'\\''s'");
}

TEST(ManPage, NamesEveryCommandAndOption) {
  const auto tree = describe(commands());
  const std::string page = render_man(tree);
  for (const Description& description : tree)
    EXPECT_THAT(page, HasSubstr(".SS autosre " + std::string(description.entry->path)));
  EXPECT_THAT(page, HasSubstr("\\-\\-priority"));
}

TEST(ManPage, BeginsNoLineOfTextWithAControlCharacter) {
  for (const std::string_view line : base::split(render_man(describe(commands())), '\n')) {
    const bool is_request = line.starts_with(".TH ") || line.starts_with(".SH ") ||
                            line.starts_with(".SS ") || line.starts_with(".B ") ||
                            line.starts_with(".I ") || line.starts_with(".RS ") || line == ".TP" ||
                            line == ".PP" || line == ".nf" || line == ".fi" || line == ".RE" ||
                            line == ".br";
    EXPECT_TRUE(is_request || !(line.starts_with('.') || line.starts_with('\''))) << line;
  }
}

TEST(ManPage, IsTakenByTheFormatterWithoutWarnings) {
  if (!std::filesystem::exists("/usr/bin/groff")) GTEST_SKIP() << "groff is not installed";
  const Folder folder;
  sys::write_atomically(folder / "page", render_man(describe(commands())));
  const Outcome outcome = testing_support::run_program(
      {"/usr/bin/groff", "-man", "-ww", "-z", "-K", "utf8", (folder / "page").string()},
      {{"PATH", "/usr/bin:/bin"}});
  EXPECT_EQ(outcome.err, "");
}

}  // namespace
}  // namespace cli
