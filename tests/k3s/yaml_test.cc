#include "k3s/yaml.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace k3s {
namespace {

using json = nlohmann::ordered_json;

TEST(Yaml, ReadsWhatKubernetesReads) {
  const auto documents = parse_yaml(
      "---\n# only a comment\n---\nkind: A\nreplicas: 1\non: true\nnone:\nhalf: 0.5\n"
      "text: \"1\"\nalso: 'true'\nlist: [1, \"1\", 1Gi]\nversion: 1.2.3\n---\nkind: B\n");
  ASSERT_TRUE(documents) << documents.error();
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ(documents->front(), (json{{"kind", "A"},
                                      {"replicas", 1},
                                      {"on", true},
                                      {"none", nullptr},
                                      {"half", 0.5},
                                      {"text", "1"},
                                      {"also", "true"},
                                      {"list", json::array({1, "1", "1Gi"})},
                                      {"version", "1.2.3"}}));
}

TEST(Yaml, SaysWhereItIsWrong) {
  const auto documents = parse_yaml("a: 1\nb: [1\nc: 2\n");
  ASSERT_FALSE(documents);
  EXPECT_TRUE(documents.error().starts_with("line ")) << documents.error();
}

TEST(Yaml, DoesNotFollowADeepText) {
  EXPECT_FALSE(parse_yaml(std::string(500, '[') + std::string(500, ']')));
}

TEST(Values, AreMergedAsHelmMergesThem) {
  json values = {{"a", {{"x", 1}, {"y", 2}}}, {"list", {1, 2}}, {"kept", true}};
  merge_values(values, {{"a", {{"y", 3}, {"z", nullptr}}}, {"list", {9}}, {"new", "n"}});
  EXPECT_EQ(values, (json{{"a", {{"x", 1}, {"y", 3}, {"z", nullptr}}},
                          {"list", {9}},
                          {"kept", true},
                          {"new", "n"}}));
}

}  // namespace
}  // namespace k3s
