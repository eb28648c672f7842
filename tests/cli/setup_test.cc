#include "cli/setup.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

backend::Need need(const std::string& code, bool is_met, const std::string& remedy) {
  return {.code = code, .subject = code, .is_met = is_met, .evidence = "e", .remedy = remedy};
}

SetupSeen bare() {
  SetupSeen seen;
  seen.agents = {{.code = "claude",
                  .verdict = Verdict::fail,
                  .subject = "Claude Code",
                  .evidence = "claude is not on PATH",
                  .remedy = "npm install -g @anthropic-ai/claude-code"}};
  seen.needs = {need("gpu", false, "install the driver"),
                need("weights", false, "autosre models pull key")};
  seen.entry_points = {"autosre-mcp-fetch", "autosre-mcp-search"};
  seen.missing = {"autosre-mcp-search"};
  seen.program = "/opt/autosre/autosre";
  return seen;
}

const SetupItem& item(const std::vector<SetupItem>& items, std::string_view code) {
  return *std::ranges::find(items, code, &SetupItem::code);
}

TEST(SetupPlan, OffersWhatItCanDo) {
  SetupSeen seen = bare();
  seen.has_npm = true;
  seen.is_program_folder_writable = true;
  seen.needs[0].is_met = true;
  const auto items = plan_setup(seen);
  EXPECT_THAT(item(items, "claude").action->argv,
              ElementsAre("npm", "install", "-g", "@anthropic-ai/claude-code"));
  EXPECT_THAT(item(items, "weights").action->argv,
              ElementsAre("/opt/autosre/autosre", "models", "pull", "key"));
  ASSERT_EQ(item(items, "mcp").action->links.size(), 1u);
  EXPECT_EQ(item(items, "mcp").action->links[0].path, "/opt/autosre/autosre-mcp-search");
  EXPECT_EQ(item(items, "mcp").action->links[0].target, "autosre");
}

TEST(SetupPlan, OnlySaysWhatItCannotDo) {
  const auto items = plan_setup(bare());
  for (const SetupItem& each : items) {
    EXPECT_FALSE(each.is_met) << each.code;
    EXPECT_FALSE(each.action) << each.code;
    EXPECT_NE(each.remedy, "") << each.code;
  }
  EXPECT_THAT(item(items, "claude").remedy, HasSubstr("Node.js"));
  EXPECT_THAT(item(items, "mcp").remedy, HasSubstr("/opt/autosre/autosre"));
}

TEST(SetupPlan, LeavesAnAgentOfAnotherVersionAlone) {
  SetupSeen seen = bare();
  seen.has_npm = true;
  seen.agents[0].verdict = Verdict::warn;
  seen.agents[0].evidence = "2.0.0 at /usr/bin/claude, tested with 2.1.330";
  const auto items = plan_setup(seen);
  EXPECT_TRUE(item(items, "claude").is_met);
  EXPECT_FALSE(item(items, "claude").action);
}

TEST(SetupPlan, HasNothingToOfferWhereAllIsThere) {
  SetupSeen seen = bare();
  seen.missing.clear();
  seen.agents.clear();
  for (backend::Need& each : seen.needs) each.is_met = true;
  for (const SetupItem& each : plan_setup(seen)) {
    EXPECT_TRUE(each.is_met) << each.code;
    EXPECT_FALSE(each.action) << each.code;
  }
}

}  // namespace
}  // namespace cli
