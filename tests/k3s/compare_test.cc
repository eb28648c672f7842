#include "k3s/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace k3s {
namespace {

using json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::IsEmpty;

json object(const json& spec, const char* name = "a") {
  return {{"kind", "Deployment"}, {"metadata", {{"name", name}}}, {"spec", spec}};
}

std::vector<std::string> texts(const json& wanted, const json& live) {
  std::vector<std::string> lines;
  for (const Difference& difference :
       compare(std::vector{object(wanted)}, std::vector{object(live)}))
    lines.push_back(difference.text());
  return lines;
}

TEST(Compare, LeavesToTheServerWhatTheChartDoesNotSet) {
  EXPECT_THAT(texts({{"replicas", 1}}, {{"replicas", 1}, {"strategy", "Recreate"}}), IsEmpty());
}

TEST(Compare, NamesTheFieldAndBothValues) {
  EXPECT_THAT(texts({{"replicas", 1}}, {{"replicas", 0}}),
              ElementsAre("Deployment a: spec.replicas is 0, not 1"));
  EXPECT_THAT(texts({{"runtimeClassName", "nvidia"}}, json::object()),
              ElementsAre("Deployment a: spec.runtimeClassName is missing, it should be nvidia"));
}

TEST(Compare, CountsEachEntryOfAList) {
  EXPECT_THAT(
      texts({{"env", {{{"name", "A"}, {"value", "1"}}}}},
            {{"env", {{{"name", "A"}, {"value", "1"}}, {{"name", "B"}, {"value", "2"}}}}}),
      ElementsAre("Deployment a: spec.env[B] is {\"name\":\"B\",\"value\":\"2\"}, it should "
                  "not be there"));
  EXPECT_THAT(texts({{"args", {"--a=1"}}}, {{"args", {"--a=2"}}}),
              ElementsAre("Deployment a: spec.args[0] is --a=2, not --a=1"));
}

TEST(Compare, TakesEmptyForAbsentAndANumberForItsText) {
  EXPECT_THAT(texts({{"egress", json::array()}, {"value", ""}, {"none", nullptr}, {"off", false}},
                    json::object()),
              IsEmpty());
  EXPECT_THAT(texts({{"nvidia.com/gpu", 1}}, {{"nvidia.com/gpu", "1"}}), IsEmpty());
  EXPECT_THAT(texts({{"value", ""}}, {{"value", "x"}}),
              ElementsAre("Deployment a: spec.value is x, it should not be there"));
}

TEST(Compare, FindsObjectsThatAreMissingOrLeftOver) {
  const auto found = compare(std::vector{object({}, "wanted")}, std::vector{object({}, "old")});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].text(), "Deployment wanted is missing");
  EXPECT_EQ(found[1].text(), "Deployment old is left over");
}

}  // namespace
}  // namespace k3s
