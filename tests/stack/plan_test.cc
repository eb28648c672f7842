#include "stack/plan.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stack {
namespace {

using testing::Contains;
using testing::ElementsAre;

Settings settings() {
  return {.program = "/usr/bin/autosre",
          .engine = "/opt/llama-server",
          .model_path = "/models/a b.gguf",
          .model = "small",
          .context_length = 8192,
          .slots = 2,
          .engine_flags = {"--jinja"},
          .upstream = {},
          .api_port = 8010,
          .proxy_port = 8011,
          .codex_proxy_port = 8012};
}

std::string value_after(const std::vector<std::string>& argv, const std::string& option) {
  const auto found = std::ranges::find(argv, option);
  return found == argv.end() || found + 1 == argv.end() ? "" : *(found + 1);
}

TEST(Plan, StartsTheEngineBeforeTheProxiesInFrontOfIt) {
  const auto children = plan_children(settings());
  ASSERT_EQ(children.size(), 3U);
  EXPECT_EQ(children[0].name, "engine");
  EXPECT_EQ(children[0].url, "http://127.0.0.1:8010");
  EXPECT_EQ(children[1].name, "proxy");
  EXPECT_THAT(children[1].argv,
              ElementsAre("/usr/bin/autosre", "proxy", "anthropic", "--listen", "127.0.0.1:8011",
                          "--upstream", "http://127.0.0.1:8010"));
  EXPECT_EQ(children[2].name, "codex-proxy");
  EXPECT_EQ(children[2].url, "http://127.0.0.1:8012");
  EXPECT_TRUE(children[2].reports_backend);
  EXPECT_THAT(children[2].argv,
              ElementsAre("/usr/bin/autosre", "proxy", "codex", "--listen", "127.0.0.1:8012",
                          "--upstream", "http://127.0.0.1:8010"));
}

TEST(Plan, TheEngineListensOnLoopbackOnly) {
  const auto argv = plan_children(settings())[0].argv;
  EXPECT_EQ(argv[0], "/opt/llama-server");
  EXPECT_EQ(value_after(argv, "--host"), "127.0.0.1");
  EXPECT_EQ(value_after(argv, "--port"), "8010");
}

TEST(Plan, TheModelIsOneArgumentUnderItsName) {
  const auto argv = plan_children(settings())[0].argv;
  EXPECT_EQ(value_after(argv, "--model"), "/models/a b.gguf");
  EXPECT_EQ(value_after(argv, "--alias"), "small");
  EXPECT_THAT(argv, Contains("--jinja"));
}

TEST(Plan, EachSlotHasTheWholeWindow) {
  const auto argv = plan_children(settings())[0].argv;
  EXPECT_EQ(value_after(argv, "--parallel"), "2");
  EXPECT_EQ(value_after(argv, "--ctx-size"), "16384");
}

TEST(Plan, AnUpstreamTakesTheEnginesPlace) {
  Settings wanted = settings();
  wanted.upstream = "http://gpu:8000";
  const auto children = plan_children(wanted);
  ASSERT_EQ(children.size(), 2U);
  EXPECT_EQ(children[0].name, "proxy");
  EXPECT_EQ(value_after(children[1].argv, "--upstream"), "http://gpu:8000");
  EXPECT_EQ(value_after(children[0].argv, "--upstream"), "http://gpu:8000");
  EXPECT_EQ(api_url(wanted), "http://gpu:8000");
  EXPECT_EQ(proxy_url(wanted), "http://127.0.0.1:8011");
  EXPECT_EQ(codex_proxy_url(wanted), "http://127.0.0.1:8012");
}

}  // namespace
}  // namespace stack
