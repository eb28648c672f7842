#include "stack/logs.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sys/files.h"
#include "sys/folder.h"

namespace stack {
namespace {

class Logs : public testing::Test {
 protected:
  void append(const std::string& name, std::string_view text) {
    const auto file = sys::open_for_append(files_.log_of(name));
    ASSERT_EQ(write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  testing_support::Folder folder_;
  Files files_ =
      files_of({.data = {}, .config = {}, .state = folder_.path(), .cache = {}, .runtime = {}});
};

TEST_F(Logs, ShowTheLastLinesOfThoseThatExist) {
  append("engine", "1\n2\n3\n");
  LogReader reader(files_, {"supervisor", "engine"});
  const auto texts = reader.last(2);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts[0].name, "engine");
  EXPECT_EQ(texts[0].text, "2\n3\n");
}

TEST_F(Logs, ShowWhatIsAddedOnce) {
  append("engine", "old\n");
  LogReader reader(files_, {"engine", "proxy"});
  reader.last(10);
  EXPECT_TRUE(reader.added().empty());
  append("engine", "new\n");
  append("proxy", "first\n");
  const auto texts = reader.added();
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0].text, "new\n");
  EXPECT_EQ(texts[1].text, "first\n");
  EXPECT_TRUE(reader.added().empty());
}

TEST_F(Logs, GoOnAfterARotation) {
  append("engine", "a long line before the rotation\n");
  LogReader reader(files_, {"engine"});
  reader.last(10);
  sys::rotate_in_place(files_.log_of("engine"), 1);
  append("engine", "after\n");
  const auto texts = reader.added();
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts[0].text, "after\n");
}

}  // namespace
}  // namespace stack
