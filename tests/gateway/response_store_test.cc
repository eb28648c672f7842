#include "gateway/response_store.h"

#include <string>

#include <gtest/gtest.h>

namespace gateway {
namespace {

std::string items(const ResponseStore& store, const std::string& id) {
  const std::string* found = store.find(id);
  return found == nullptr ? "-" : *found;
}

TEST(ResponseStore, KeepsWhatItWasGiven) {
  ResponseStore store;
  EXPECT_EQ(store.find("resp_1"), nullptr);
  store.put("resp_1", "[1]");
  store.put("resp_2", "[2]");
  EXPECT_EQ(items(store, "resp_1"), "[1]");
  EXPECT_EQ(items(store, "resp_2"), "[2]");
  EXPECT_EQ(store.find("resp_"), nullptr);
  EXPECT_EQ(store.find(""), nullptr);
}

TEST(ResponseStore, LetsTheOldestGoWhenThereAreTooMany) {
  ResponseStore store;
  for (size_t i = 0; i < ResponseStore::max_responses + 2; ++i)
    store.put("resp_" + std::to_string(i), "[]");
  EXPECT_EQ(store.find("resp_0"), nullptr);
  EXPECT_EQ(store.find("resp_1"), nullptr);
  EXPECT_EQ(items(store, "resp_2"), "[]");
  EXPECT_EQ(items(store, "resp_" + std::to_string(ResponseStore::max_responses + 1)), "[]");
}

TEST(ResponseStore, LetsTheOldestGoWhenTheyAreTooLong) {
  ResponseStore store;
  const size_t third = ResponseStore::max_bytes / 3;
  for (const char* id : {"a", "b", "c"}) store.put(id, std::string(third, 'x'));
  EXPECT_NE(store.find("a"), nullptr);
  store.put("d", std::string(third, 'x'));
  EXPECT_EQ(store.find("a"), nullptr);
  EXPECT_NE(store.find("b"), nullptr);
  EXPECT_NE(store.find("d"), nullptr);
  // The room of what went is free again.
  store.put("e", std::string(ResponseStore::max_bytes, 'x'));
  EXPECT_EQ(store.find("d"), nullptr);
  EXPECT_NE(store.find("e"), nullptr);
  store.put("f", "[]");
  EXPECT_EQ(store.find("e"), nullptr);
  EXPECT_EQ(items(store, "f"), "[]");
}

TEST(ResponseStore, KeepsNothingThatIsLongerThanAll) {
  ResponseStore store;
  store.put("a", "[]");
  store.put("b", std::string(ResponseStore::max_bytes + 1, 'x'));
  EXPECT_EQ(store.find("b"), nullptr);
  EXPECT_EQ(items(store, "a"), "[]");
}

}  // namespace
}  // namespace gateway
