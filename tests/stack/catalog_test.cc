#include "stack/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace stack {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Catalog, ThatIsCompiledInPinsVersionsAndHashes) {
  const Catalog& pinned = catalog();
  for (const Package& package : {pinned.engine.package, pinned.model.package}) {
    EXPECT_EQ(package.sha256.size(), 64U) << package.name;
    EXPECT_GT(package.bytes, 1'000'000U) << package.name;
    EXPECT_TRUE(package.file.contains(package.version)) << package.name;
  }
  EXPECT_EQ(pinned.model.sha256.size(), 64U);
  EXPECT_EQ(pinned.engine.package.kind, Package::Kind::source);
  EXPECT_EQ(pinned.model.package.kind, Package::Kind::wheel);
  EXPECT_GE(pinned.model.context_length, 4096);
}

TEST(Catalog, WithAMissingFieldIsAnErrorThatNamesIt) {
  try {
    parse_catalog(R"({"engine":{}})");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_TRUE(error.line().contains("'name'")) << error.line();
  }
}

TEST(Catalog, StretchesTheWindowOnlyBeyondTheModelsOwn) {
  ModelEntry model;
  model.context_length = 8192;
  EXPECT_THAT(stretch_flags(model, 8192), IsEmpty());
  EXPECT_THAT(stretch_flags(model, 20000), ElementsAre("--rope-scaling", "yarn", "--rope-scale",
                                                       "3", "--yarn-orig-ctx", "8192"));
}

}  // namespace
}  // namespace stack
