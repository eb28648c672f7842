#include "agent/codex_catalog.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace agent {
namespace {

using Json = nlohmann::json;

constexpr const char* body = R"({"object":"list",
  "data":[{"id":"local-qwen","context_window":32768}],
  "models":[{"slug":"local-qwen","base_instructions":"long","model_messages":{"x":1},
             "context_window":32768}]})";

TEST(CodexCatalog, IsWhatTheProxySays) {
  const auto model = choose_codex_model(body, Tools::all);
  ASSERT_TRUE(model) << model.error();
  EXPECT_EQ(model->label, "local-qwen");
  EXPECT_EQ(model->window, 32768);
  EXPECT_EQ(Json::parse(model->catalog), (Json{{"models", Json::parse(body)["models"]}}));
}

TEST(CodexCatalog, HasShortInstructionsWhenLean) {
  const auto model = choose_codex_model(body, Tools::few);
  ASSERT_TRUE(model) << model.error();
  const Json entry = Json::parse(model->catalog)["models"][0];
  EXPECT_NE(entry["base_instructions"], "long");
  EXPECT_LT(entry["base_instructions"].get<std::string>().size(), 400U);
  EXPECT_FALSE(entry.contains("model_messages"));
  EXPECT_EQ(entry["slug"], "local-qwen");
}

TEST(CodexCatalog, MayLackTheWindow) {
  const auto model =
      choose_codex_model(R"({"data":[{"id":"m"}],"models":[{"slug":"m"}]})", Tools::all);
  ASSERT_TRUE(model) << model.error();
  EXPECT_EQ(model->window, std::nullopt);
}

// Without its entry Codex takes the model for another one, or for unknown.
TEST(CodexCatalog, NeedsTheEntryOfTheModel) {
  for (const char* text :
       {"", "{}", "[]", R"({"data":[]})", R"({"data":[],"models":[{"slug":"m"}]})",
        R"({"data":[{"id":"m"}]})", R"({"data":[{"id":"m"}],"models":7})",
        R"({"data":[{"id":"m"}],"models":[7,{"slug":7},{"slug":"other"}]})"})
    EXPECT_FALSE(choose_codex_model(text, Tools::few)) << text;
}

}  // namespace
}  // namespace agent
