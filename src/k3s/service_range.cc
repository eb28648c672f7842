#include "k3s/service_range.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace k3s {
namespace {

uint32_t mask_of(int bits) {
  return bits == 0 ? 0 : ~uint32_t{0} << (32 - bits);
}

// The addresses at a range's beginning that are given out last: a sixteenth, 16 to 256 of them.
uint32_t pinned_band(int bits) {
  const uint64_t size = uint64_t{1} << (32 - bits);
  return static_cast<uint32_t>(std::clamp<uint64_t>(size / 16, 16, 256));
}

}  // namespace

bool Range::holds(uint32_t address) const {
  return (address & mask_of(bits)) == network;
}

std::string Range::text() const {
  return fmt::format("{}.{}.{}.{}/{}", network >> 24, network >> 16 & 255, network >> 8 & 255,
                     network & 255, bits);
}

base::Result<uint32_t> parse_address(std::string_view text) {
  const auto parts = base::split(text, '.');
  uint32_t address = 0;
  for (const std::string_view part : parts) {
    const auto number = base::parse_number(part);
    if (!number || *number > 255 || parts.size() != 4)
      return std::unexpected(fmt::format("\"{}\" is no IPv4 address", text));
    address = address << 8 | static_cast<uint32_t>(*number);
  }
  return address;
}

base::Result<Range> parse_range(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  const auto bits =
      slash == std::string_view::npos ? std::nullopt : base::parse_number(text.substr(slash + 1));
  if (!address || !bits || *bits > 32)
    return std::unexpected(fmt::format("\"{}\" is no IPv4 range", text));
  const int length = static_cast<int>(*bits);
  return Range{.network = *address & mask_of(length), .bits = length};
}

std::optional<Range> range_around(const std::vector<uint32_t>& addresses) {
  constexpr int widest = 12;
  for (int bits = 28; bits >= widest && !addresses.empty(); --bits) {
    const Range range{.network = addresses.front() & mask_of(bits), .bits = bits};
    const bool fits = std::ranges::all_of(addresses, [&](uint32_t address) {
      const uint32_t offset = address - range.network;
      return range.holds(address) && offset > 0 && offset <= pinned_band(bits);
    });
    if (fits) return range;
  }
  return std::nullopt;
}

std::vector<Range> ranges_named_in(std::string_view message) {
  constexpr std::string_view mark = "range of valid IPs is ";
  std::vector<Range> ranges;
  const size_t at = message.find(mark);
  if (at == std::string_view::npos) return ranges;
  std::string_view rest = message.substr(at + mark.size());
  rest = rest.substr(0, rest.find_first_not_of("0123456789./,"));
  for (const std::string_view part : base::split(rest, ','))
    if (const auto range = parse_range(part)) ranges.push_back(*range);
  return ranges;
}

}  // namespace k3s
