#include "k3s/service_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace k3s {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

uint32_t address(const char* text) {
  return parse_address(text).value();
}

TEST(ServiceRange, HoldsWhatBeginsAlike) {
  const Range range = parse_range("10.43.0.0/16").value();
  EXPECT_TRUE(range.holds(address("10.43.255.1")));
  EXPECT_FALSE(range.holds(address("10.96.0.30")));
  EXPECT_TRUE(parse_range("0.0.0.0/0").value().holds(address("10.96.0.30")));
  EXPECT_FALSE(parse_range("10.96.0.31/32").value().holds(address("10.96.0.30")));
  EXPECT_EQ(range.text(), "10.43.0.0/16");
}

TEST(ServiceRange, RefusesWhatIsNone) {
  for (const char* text : {"", "10.43.0.0", "10.43.0/16", "10.43.0.0/33", "10.43.0.256/16",
                           "10.43.0.0.0/16", "fd00::/108", "10.43.0.0/x"})
    EXPECT_FALSE(parse_range(text).has_value()) << text;
}

// KEP-3070: min(max(16, size / 16), 256) addresses are given out last.
TEST(ServiceRange, IsAsSmallAsThePinnedBandAllows) {
  const auto range = range_around({address("10.96.0.30"), address("10.96.0.34")});
  ASSERT_TRUE(range);
  EXPECT_EQ(range->text(), "10.96.0.0/22");
  EXPECT_EQ(range_around({address("10.96.0.5")})->text(), "10.96.0.0/28");
}

TEST(ServiceRange, NeverBeginsWithAPinnedAddress) {
  const auto range = range_around({address("10.96.0.16")});
  ASSERT_TRUE(range);
  EXPECT_NE(range->network, address("10.96.0.16"));
}

TEST(ServiceRange, DoesNotSpanAddressesThatAreFarApart) {
  EXPECT_FALSE(range_around({address("10.96.0.30"), address("10.97.0.30")}));
  EXPECT_FALSE(range_around({}));
}

TEST(ServiceRange, IsReadFromARefusal) {
  const auto ranges = ranges_named_in(
      "The Service \"x\" is invalid: spec.clusterIPs: Invalid value: [\"192.0.2.1\"]: failed to "
      "allocate IP 192.0.2.1: the provided IP (192.0.2.1) is not in the valid range. The range of "
      "valid IPs is 10.43.0.0/16\n");
  EXPECT_THAT(ranges, ElementsAre(parse_range("10.43.0.0/16").value()));
  EXPECT_THAT(ranges_named_in("something else"), IsEmpty());
}

}  // namespace
}  // namespace k3s
