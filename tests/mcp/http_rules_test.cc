#include "mcp/http_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mcp {
namespace {

net::RequestHead head_of(const std::vector<net::Header>& headers) {
  net::RequestHead head;
  for (const auto& [name, value] : headers) head.headers.add(name, value);
  return head;
}

Received call_of(const char* name) {
  Received received;
  received.is_request = received.is_modern = true;
  received.version = modern_version;
  received.method = "tools/call";
  received.name = name;
  return received;
}

TEST(HttpRules, TellsAPageFromAClient) {
  EXPECT_FALSE(comes_from_a_page(head_of({{"Host", "127.0.0.1:80"}})));
  EXPECT_FALSE(
      comes_from_a_page(head_of({{"Host", "[::1]:80"}, {"Origin", "http://localhost:3"}})));
  EXPECT_TRUE(comes_from_a_page(head_of({{"Host", "evil.example"}})));
  EXPECT_TRUE(
      comes_from_a_page(head_of({{"Host", "localhost"}, {"Origin", "http://evil.example"}})));
  EXPECT_TRUE(comes_from_a_page(head_of({{"Host", "localhost"}, {"Origin", "null"}})));
}

TEST(HttpRules, WantsTheHeadToRepeatTheBody) {
  const std::vector<net::Header> good = {{"MCP-Protocol-Version", "2026-07-28"},
                                         {"Mcp-Method", "tools/call"},
                                         {"Mcp-Name", "web_fetch"}};
  EXPECT_EQ(head_fault(head_of(good), call_of("web_fetch")), std::nullopt);
  EXPECT_NE(head_fault(head_of(good), call_of("other")), std::nullopt);
  for (size_t i = 0; i < good.size(); ++i) {
    auto fewer = good;
    fewer.erase(fewer.begin() + static_cast<long>(i));
    EXPECT_NE(head_fault(head_of(fewer), call_of("web_fetch")), std::nullopt) << i;
  }
  auto encoded = good;
  encoded[2].value = "=?base64?d2ViX2ZldGNo?=";
  EXPECT_EQ(head_fault(head_of(encoded), call_of("web_fetch")), std::nullopt);
  encoded[2].value = "=?base64?@?=";
  EXPECT_NE(head_fault(head_of(encoded), call_of("web_fetch")), std::nullopt);
}

TEST(HttpRules, AsksOlderClientsForNothing) {
  Received received;
  received.is_request = true;
  received.method = "tools/list";
  EXPECT_EQ(head_fault(head_of({}), received), std::nullopt);
  EXPECT_NE(head_fault(head_of({{"mcp-protocol-version", "2026-07-28"}}), received), std::nullopt);
}

}  // namespace
}  // namespace mcp
