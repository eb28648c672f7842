#include "cli/doctor.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/version.h"

namespace cli {
namespace {

using testing::HasSubstr;

constexpr std::uintmax_t gib = 1ull << 30;

Seen sound() {
  Seen seen;
  seen.claude = {.path = "/usr/bin/claude", .version = std::string(tested_claude_version)};
  seen.codex = {.path = "/usr/bin/codex", .version = std::string(tested_codex_version)};
  seen.folders = {{.name = "data", .path = "/d", .is_writable = true}};
  seen.ports = {
      {.number = 8011, .purpose = "proxy", .is_free = true, .is_ours = false, .owner = {}}};
  seen.proxy_url = "http://127.0.0.1:8011";
  seen.engine = "/d/llama-server";
  seen.has_engine = true;
  seen.model = "/d/m.gguf";
  seen.has_model = true;
  seen.available_memory = 16 * gib;
  seen.free_disk = 100 * gib;
  return seen;
}

Check check_of(const Seen& seen, const std::string& code) {
  const auto checks = judge(seen);
  const auto found = std::ranges::find(checks, code, &Check::code);
  EXPECT_NE(found, checks.end()) << code;
  return found == checks.end() ? Check{} : *found;
}

TEST(Doctor, FindsNothingWrongWithASoundMachine) {
  for (const Check& check : judge(sound())) {
    EXPECT_NE(check.verdict, Verdict::warn) << check.code;
    EXPECT_NE(check.verdict, Verdict::fail) << check.code;
  }
}

TEST(Doctor, NamesARemedyForEverythingThatIsWrong) {
  Seen seen = sound();
  seen.claude.path.reset();
  seen.folders[0].is_writable = false;
  seen.ports[0].is_free = false;
  seen.available_memory = 1 * gib;
  seen.free_disk = 0;
  seen.health = stack::Health::error;
  seen.request_log_bytes = 1 * gib;
  int wrong = 0;
  for (const Check& check : judge(seen)) {
    if (check.verdict != Verdict::warn && check.verdict != Verdict::fail) continue;
    ++wrong;
    EXPECT_FALSE(check.remedy.empty()) << check.code;
  }
  EXPECT_EQ(wrong, 7);
}

TEST(Doctor, FailsWithoutClaudeAndSaysHowToInstallIt) {
  Seen seen = sound();
  seen.claude.path.reset();
  EXPECT_EQ(check_of(seen, "claude").verdict, Verdict::fail);
  EXPECT_THAT(check_of(seen, "claude").remedy, HasSubstr("npm install"));
}

TEST(Doctor, WarnsOfAClaudeOlderOrNewerThanTheTestedOne) {
  for (const char* version : {"2.1.240", "2.2.0", "", "3"}) {
    Seen seen = sound();
    seen.claude.version = version;
    EXPECT_EQ(check_of(seen, "claude").verdict, Verdict::warn) << version;
  }
}

TEST(Doctor, OffersCodexWithoutAskingForIt) {
  Seen seen = sound();
  seen.codex.path.reset();
  EXPECT_EQ(check_of(seen, "codex").verdict, Verdict::skip);
  EXPECT_THAT(check_of(seen, "codex").remedy, HasSubstr("npm install -g @openai/codex"));
  seen.codex = {.path = "/usr/bin/codex", .version = "0.100.0"};
  EXPECT_EQ(check_of(seen, "codex").verdict, Verdict::warn);
}

TEST(Doctor, LooksAtBothProxies) {
  Seen seen = sound();
  seen.is_running = true;
  seen.health = stack::Health::ok;
  EXPECT_EQ(check_of(seen, "stack").verdict, Verdict::ok);
  EXPECT_EQ(check_of(seen, "codex-proxy").verdict, Verdict::warn);
}

TEST(Doctor, NamesWhoHoldsAPort) {
  Seen seen = sound();
  seen.ports[0].is_free = false;
  seen.ports[0].owner = sys::PortOwner{.pid = 7, .name = "nginx"};
  EXPECT_EQ(check_of(seen, "port-8011").verdict, Verdict::warn);
  EXPECT_THAT(check_of(seen, "port-8011").evidence, HasSubstr("nginx (pid 7)"));
}

TEST(Doctor, IsContentWithAPortThatIsOurs) {
  Seen seen = sound();
  seen.ports[0].is_free = false;
  seen.ports[0].is_ours = true;
  EXPECT_EQ(check_of(seen, "port-8011").verdict, Verdict::ok);
}

TEST(Doctor, SkipsAStackThatWasNotStarted) {
  EXPECT_EQ(check_of(sound(), "stack").verdict, Verdict::skip);
  Seen running = sound();
  running.is_running = true;
  EXPECT_EQ(check_of(running, "stack").verdict, Verdict::warn);
  running.health = stack::Health::ok;
  EXPECT_EQ(check_of(running, "stack").verdict, Verdict::ok);
}

TEST(Doctor, SkipsWhatOnlyClustersNeed) {
  Seen seen = sound();
  seen.cluster_tools = {{.name = "helm", .path = {}}};
  EXPECT_EQ(check_of(seen, "helm").verdict, Verdict::skip);
  EXPECT_EQ(check_of(seen, "gpu").verdict, Verdict::skip);
}

TEST(ParseVersion, TakesTheNumber) {
  EXPECT_EQ(parse_version("2.1.330 (Claude Code)\n"), "2.1.330");
  EXPECT_EQ(parse_version("codex-cli 0.169.0"), "0.169.0");
  EXPECT_EQ(parse_version("error: no"), "");
  EXPECT_EQ(parse_version(""), "");
}

TEST(CompareVersions, ComparesPartsAsNumbers) {
  EXPECT_EQ(compare_versions("2.1.330", "2.1.330"), 0);
  EXPECT_EQ(compare_versions("2.1.99", "2.1.330"), -1);
  EXPECT_EQ(compare_versions("2.10", "2.9.9"), 1);
  EXPECT_EQ(compare_versions("2", "2.0.1"), -1);
}

TEST(RenderBytes, UsesTheUnitThatFits) {
  EXPECT_EQ(render_bytes(0), "0 B");
  EXPECT_EQ(render_bytes(1023), "1023 B");
  EXPECT_EQ(render_bytes(1536), "1.5 KiB");
  EXPECT_EQ(render_bytes(3 * gib), "3.0 GiB");
}

}  // namespace
}  // namespace cli
