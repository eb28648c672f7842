// A tool's way to a function's name and back (case 7: a, b__c and a__b, c are two).
#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "translate/responses/tool_names.h"

namespace translate {
namespace {

ToolOrigin tool(std::string name, std::string name_space = "") {
  return {ToolKind::function, std::move(name_space), std::move(name)};
}

bool is_legal(const std::string& name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

TEST(ToolNames, StayAsTheyAreWhereTheyCan) {
  ToolNames names;
  EXPECT_EQ(names.add(tool("exec_command")).function_name, "exec_command");
  EXPECT_EQ(names.add(tool("add", "mcp__n")).function_name, "mcp__n__add");
  EXPECT_EQ(names.add({ToolKind::custom, "", "apply_patch"}).function_name, "apply_patch");
}

TEST(ToolNames, AreFoundAgain) {
  ToolNames names;
  const std::vector<ToolOrigin> origins = {tool("a"),
                                           tool("a", "a"),
                                           tool("c", "a__b"),
                                           tool("b__c", "a"),
                                           tool("ü.x"),
                                           tool("ü x"),
                                           {ToolKind::custom, "", "a"},
                                           {ToolKind::search, "", "a"},
                                           tool(std::string(300, 'x')),
                                           tool(std::string(301, 'x')),
                                           tool("x", std::string(64, 'n')),
                                           tool("")};
  std::set<std::string> given;
  for (const ToolOrigin& origin : origins) {
    const std::string name = names.add(origin).function_name;
    EXPECT_TRUE(is_legal(name)) << name;
    EXPECT_TRUE(given.insert(name).second) << name;
  }
  for (const ToolOrigin& origin : origins) {
    ASSERT_NE(names.find(names.add(origin).function_name), nullptr);
    EXPECT_EQ(*names.find(names.add(origin).function_name), origin);
  }
  EXPECT_EQ(names.find("shell"), nullptr);
}

TEST(ToolNames, OfTheLongKeepTheirEnd) {
  ToolNames names;
  const std::string name = names.add(tool("get_the_last_one", std::string(90, 'n'))).function_name;
  EXPECT_EQ(name.size(), 64U);
  EXPECT_NE(name.find("__get_the_last_one_"), std::string::npos) << name;
}

TEST(ToolNames, AreNotChangedByWhatComesLater) {
  ToolNames shorter;
  ToolNames longer;
  const std::vector<ToolOrigin> origins = {tool("c", "a__b"), tool("b__c", "a"), tool("x y")};
  for (const ToolOrigin& origin : origins) shorter.add(origin);
  for (const ToolOrigin& origin : origins) longer.add(origin);
  longer.add(tool("a__b__c"));
  longer.add(tool("x_y"));
  for (const ToolOrigin& origin : origins)
    EXPECT_EQ(longer.add(origin).function_name, shorter.add(origin).function_name);
}

// A tool may be named as another's hashed name is.
TEST(ToolNames, DifferEvenFromAHashedOne) {
  ToolNames first;
  const std::string hashed = first.add(tool("x y")).function_name;
  ToolNames names;
  EXPECT_EQ(names.add(tool(hashed)).function_name, hashed);
  const std::string other = names.add(tool("x y")).function_name;
  EXPECT_NE(other, hashed);
  EXPECT_TRUE(is_legal(other));
  EXPECT_EQ(names.find(other)->name, "x y");
  EXPECT_EQ(names.find(hashed)->name, hashed);
}

TEST(ToolNames, AreReversibleWhateverTheyAre) {
  std::mt19937 random(7);
  const auto below = [&](size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random);
  };
  constexpr std::string_view letters = "aab__--. /\xC3\xBC\n\"";
  const auto any = [&](size_t longest) {
    std::string text;
    for (size_t i = below(longest); i > 0; --i) text += letters[below(letters.size())];
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    ToolNames names;
    std::set<std::string> given;
    std::vector<ToolOrigin> origins;
    for (int i = 0; i < 40; ++i) {
      const size_t longest = below(8) == 0 ? 90 : 5;
      const ToolOrigin origin{static_cast<ToolKind>(below(3)), any(longest), any(longest)};
      if (std::ranges::find(origins, origin) != origins.end()) continue;
      origins.push_back(origin);
      const std::string name = names.add(origin).function_name;
      ASSERT_TRUE(is_legal(name)) << name;
      ASSERT_TRUE(given.insert(name).second) << name;
    }
    for (const ToolOrigin& origin : origins)
      ASSERT_EQ(*names.find(names.add(origin).function_name), origin);
  }
}

}  // namespace
}  // namespace translate
