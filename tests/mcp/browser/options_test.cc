#include "mcp/browser/options.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace mcp::browser {
namespace {

using namespace std::chrono_literals;

TEST(BrowserOptions, HaveStandards) {
  const Options options = options_from({{"HOME", "/home/a"}});
  EXPECT_FALSE(options.remote);
  EXPECT_EQ(options.idle, 600s);
  EXPECT_EQ(options.recordings_kept, 24h);
  EXPECT_EQ(options.output, "/home/a/.local/share/autosre/browser");
  EXPECT_TRUE(options.downloads.empty());
}

TEST(BrowserOptions, NameTheVariableThatIsMalformed) {
  for (const char* name :
       {"AUTOSRE_BROWSER_IDLE", "AUTOSRE_BROWSER_RECORDING_TTL", "AUTOSRE_BROWSER_URL"}) {
    try {
      options_from({{"HOME", "/home/a"}, {name, "soon://"}});
      FAIL() << name;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::Exit::usage);
      EXPECT_NE(error.line().find(name), std::string::npos);
    }
  }
}

TEST(BrowserOptions, ReadDurations) {
  EXPECT_EQ(*parse_duration("24h"), 24h);
  EXPECT_EQ(*parse_duration("90m"), 90min);
  EXPECT_EQ(*parse_duration("2s"), 2s);
  EXPECT_EQ(*parse_duration("2"), 2s);
  for (const char* text : {"", "0", "-1h", "h", "1d", "9999999999999h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace mcp::browser
