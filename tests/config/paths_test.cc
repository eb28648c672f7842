#include "config/paths.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace config {
namespace {

TEST(Paths, AreBelowHomeByDefault) {
  const Paths paths = resolve_paths({{"HOME", "/home/ada"}});
  EXPECT_EQ(paths.data, "/home/ada/.local/share/autosre");
  EXPECT_EQ(paths.config, "/home/ada/.config/autosre");
  EXPECT_EQ(paths.state, "/home/ada/.local/state/autosre");
  EXPECT_EQ(paths.cache, "/home/ada/.cache/autosre");
  EXPECT_EQ(paths.runtime, "/home/ada/.local/state/autosre/run");
}

TEST(Paths, FollowEachXdgVariable) {
  const Paths paths = resolve_paths({{"HOME", "/home/ada"},
                                     {"XDG_DATA_HOME", "/d"},
                                     {"XDG_CONFIG_HOME", "/c"},
                                     {"XDG_STATE_HOME", "/s"},
                                     {"XDG_CACHE_HOME", "/k"},
                                     {"XDG_RUNTIME_DIR", "/run/user/7"}});
  EXPECT_EQ(paths.data, "/d/autosre");
  EXPECT_EQ(paths.config, "/c/autosre");
  EXPECT_EQ(paths.state, "/s/autosre");
  EXPECT_EQ(paths.cache, "/k/autosre");
  EXPECT_EQ(paths.runtime, "/run/user/7/autosre");
}

TEST(Paths, IgnoreEmptyAndRelativeXdgVariables) {
  const Paths paths = resolve_paths({{"HOME", "/home/ada"},
                                     {"XDG_DATA_HOME", ""},
                                     {"XDG_STATE_HOME", "state"},
                                     {"XDG_RUNTIME_DIR", "run"}});
  EXPECT_EQ(paths.data, "/home/ada/.local/share/autosre");
  EXPECT_EQ(paths.state, "/home/ada/.local/state/autosre");
  EXPECT_EQ(paths.runtime, "/home/ada/.local/state/autosre/run");
}

TEST(Paths, DoNotNeedHomeWhenXdgNamesAll) {
  EXPECT_NO_THROW(resolve_paths({{"XDG_DATA_HOME", "/d"},
                                 {"XDG_CONFIG_HOME", "/c"},
                                 {"XDG_STATE_HOME", "/s"},
                                 {"XDG_CACHE_HOME", "/k"}}));
}

TEST(Paths, WithoutAnyHomeAreAnErrorThatNamesIt) {
  try {
    resolve_paths({{"HOME", "relative"}});
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_NE(error.line().find("HOME"), std::string::npos) << error.line();
  }
}

}  // namespace
}  // namespace config
