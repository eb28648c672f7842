#include "fetch/address_policy.h"

#include <gtest/gtest.h>

#include "fetch/url.h"

namespace fetch {
namespace {

bool is_refused(const AddressPolicy& policy, const std::string& address) {
  return policy.refusal(ip::make_address(address)).has_value();
}

TEST(AddressPolicy, RefusesWhatIsNotPublic) {
  const AddressPolicy policy;
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "10.255.255.255",
                              "100.64.0.1",
                              "100.127.255.255",
                              "127.0.0.1",
                              "127.255.255.254",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.8",
                              "192.0.2.1",
                              "192.88.99.1",
                              "192.168.0.1",
                              "192.168.255.255",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "239.255.255.255",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::127.0.0.1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "::ffff:169.254.169.254",
                              "::ffff:0:127.0.0.1",
                              "64:ff9b::127.0.0.1",
                              "64:ff9b::10.1.2.3",
                              "64:ff9b:1::1",
                              "100::1",
                              "2001::1",
                              "2001:db8::1",
                              "2002:7f00:1::",
                              "2002:c0a8:1::1",
                              "2002:a9fe:a9fe::",
                              "3fff::1",
                              "5f00::1",
                              "fc00::1",
                              "fd12:3456::1",
                              "fe80::1",
                              "fe80::1%1",
                              "febf::1",
                              "fec0::1",
                              "ff02::1",
                              "ff0e::1"})
    EXPECT_TRUE(is_refused(policy, address)) << address;
}

TEST(AddressPolicy, LetsPublicAddressesThrough) {
  const AddressPolicy policy;
  for (const char* address :
       {"1.1.1.1",          "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
        "100.63.255.255",   "100.128.0.0",     "126.255.255.255", "128.0.0.1",
        "169.253.255.255",  "172.15.255.255",  "172.32.0.0",      "192.0.1.1",
        "192.167.255.255",  "192.169.0.0",     "198.17.255.255",  "198.20.0.0",
        "223.255.255.255",  "2606:4700::1111", "2a00::1",         "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8", "2002:808:808::1", "2400:cb00::1"})
    EXPECT_FALSE(is_refused(policy, address)) << address;
}

TEST(AddressPolicy, AllowsWhatTheListHolds) {
  const AddressPolicy policy("127.0.0.0/8, 10.1.0.0/16 fd00::/8,::1");
  for (const char* address : {"127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "10.1.255.1", "fd12::1",
                              "::1", "64:ff9b::127.0.0.1"})
    EXPECT_FALSE(is_refused(policy, address)) << address;
  for (const char* address : {"10.2.0.1", "fc00::1", "169.254.169.254", "::2"})
    EXPECT_TRUE(is_refused(policy, address)) << address;
}

TEST(AddressPolicy, SaysWhichEntryOfTheListIsNone) {
  for (const char* list :
       {"127.0.0.1/33", "10.0.0.0/x", "localhost", "::1/129", "1.2.3", "fe80::1%eth0", "/8"}) {
    try {
      const AddressPolicy policy(list);
      ADD_FAILURE() << list;
    } catch (const base::Error& error) {
      EXPECT_NE(std::string(error.what()).find("AUTOSRE_FETCH_ALLOW"), std::string::npos);
      EXPECT_EQ(error.code(), base::Exit::usage);
    }
  }
}

// Every spelling of an address that a browser would follow is judged as that address.
TEST(AddressPolicy, JudgesAddressesHoweverTheyAreWritten) {
  const AddressPolicy policy;
  for (const char* text :
       {"http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://0x7f.1/", "http://127.0.0.1./", "http://127。0。0。1/", "http://１２７.0.0.1/",
        "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http:\\\\127.0.0.1\\",
        "http://0/", "http://%31%32%37.0.0.1/", "http:127.0.0.1", "ht\ntp://127.0.0.1/"}) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text << ": " << url.error();
    boost::system::error_code error;
    const ip::address address = ip::make_address(url->host, error);
    ASSERT_FALSE(error) << text << " became " << url->host;
    EXPECT_TRUE(policy.refusal(address)) << text;
  }
}

TEST(BlockedPort, AreThoseOfOtherProtocols) {
  for (const auto port : std::initializer_list<uint16_t>{22, 25, 53, 110, 143, 6000, 6667, 10080})
    EXPECT_TRUE(is_blocked_port(port));
  for (const auto port : std::initializer_list<uint16_t>{80, 443, 8080, 8443, 3000, 65535})
    EXPECT_FALSE(is_blocked_port(port));
}

}  // namespace
}  // namespace fetch
