#include "gateway/count_cache.h"

#include <string>

#include <gtest/gtest.h>

namespace gateway {
namespace {

TEST(CountCache, FindsWhatWasPut) {
  CountCache cache;
  EXPECT_EQ(cache.find("a"), std::nullopt);
  cache.put("a", 3);
  cache.put("b", 0);
  EXPECT_EQ(cache.find("a"), 3);
  EXPECT_EQ(cache.find("b"), 0);
  EXPECT_EQ(cache.find("c"), std::nullopt);
  cache.put("a", 4);
  EXPECT_EQ(cache.find("a"), 4);
}

// U09: a burst of some 40 pieces comes again and again, however much was counted before.
TEST(CountCache, KnowsTheLatestBurst) {
  for (int before = 0; before < 1100; before += 13) {
    CountCache cache;
    for (int i = 0; i < before; ++i) cache.put("old " + std::to_string(i), i);
    for (int i = 0; i < 45; ++i) cache.put("piece " + std::to_string(i), i);
    int known = 0;
    for (int i = 0; i < 45; ++i) known += cache.find("piece " + std::to_string(i)) == i ? 1 : 0;
    EXPECT_EQ(known, 45) << "after " << before << " others";
  }
}

TEST(CountCache, ForgetsInTheEnd) {
  CountCache cache;
  for (int i = 0; i < 100000; ++i) cache.put(std::to_string(i), i);
  int known = 0;
  for (int i = 0; i < 100000; ++i) known += cache.find(std::to_string(i)) ? 1 : 0;
  EXPECT_LE(known, 2000);
}

}  // namespace
}  // namespace gateway
