#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backend/vllm.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace backend {
namespace {

class AddressesTest : public testing::Test {
 protected:
  config::Environment environment() const {
    return {{"HOME", folder_.path().string()}, {"PATH", (folder_.path() / "bin").string()}};
  }

  testing_support::Folder folder_;
};

TEST_F(AddressesTest, AreThisMachinesWhereNothingElseIs) {
  const auto never = [](const std::string&) -> bool {
    ADD_FAILURE() << "a network that may be another's was asked";
    return true;
  };
  EXPECT_EQ(find_addresses(environment(), never), local_addresses());
  EXPECT_EQ(local_addresses().api, "http://127.0.0.1:8010");
}

TEST_F(AddressesTest, AreTheClustersWhereItAnswers) {
  sys::write_atomically(folder_.path() / "bin/kubectl", "#!/bin/sh\n", 0755);
  std::string asked;
  const auto answers = [&](const std::string& proxy) {
    asked = proxy;
    return true;
  };
  EXPECT_EQ(find_addresses(environment(), answers), cluster_addresses());
  EXPECT_EQ(asked, "http://10.96.0.31:8011");
  EXPECT_EQ(cluster_addresses().api, "http://10.96.0.30:8010");
  EXPECT_EQ(cluster_addresses().codex_proxy, "http://10.96.0.32:8012");
  EXPECT_EQ(find_addresses(environment(), [](const std::string&) { return false; }),
            local_addresses());
}

TEST(Addresses, AreNotTakenFromAnothersServer) {
  EXPECT_TRUE(is_our_health(200, R"({"status": "ok", "backend": "ok"})"));
  EXPECT_TRUE(is_our_health(503, R"({"backend": "loading"})"));
  EXPECT_FALSE(is_our_health(200, "ok"));
  EXPECT_FALSE(is_our_health(200, "{}"));
  EXPECT_FALSE(is_our_health(426, R"({"backend": "ok"})"));
  EXPECT_FALSE(is_our_health(404, ""));
}

TEST_F(AddressesTest, AreWhatTheEnvironmentNames) {
  config::Environment named = environment();
  named["AUTOSRE_API_URL"] = "http://gpu:1";
  const Addresses found = find_addresses(named);
  EXPECT_EQ(found.api, "http://gpu:1");
  EXPECT_EQ(found.proxy, local_addresses().proxy);
}

TEST_F(AddressesTest, GetABackendByNameOrByNone) {
  EXPECT_EQ(get_backend("", environment())->name(), "vllm");
  EXPECT_EQ(get_backend("vllm", environment())->name(), "vllm");
  EXPECT_EQ(detect_platform(), "vllm");
  try {
    get_backend("ollama", environment());
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::Exit::usage);
    EXPECT_EQ(error.line(),
              "error: no backend \"ollama\" — there is: vllm — leave it out, or say vllm");
  }
}

}  // namespace
}  // namespace backend
