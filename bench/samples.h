// Microsecond samples in about 3 % wide buckets: constant memory however many there are.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace bench {

class Samples {
 public:
  void add(std::uint64_t microseconds) {
    ++buckets_[index(microseconds)];
    ++count_;
    largest_ = std::max(largest_, microseconds);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t largest() const { return largest_; }

  // The middle of the bucket that holds quantile `q` (0 to 1); 0 without samples.
  double quantile(double q) const {
    if (count_ == 0) return 0;
    const auto rank = static_cast<std::uint64_t>(q * static_cast<double>(count_ - 1));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank) return (lower(i) + lower(i + 1) - 1) / 2;
    }
    return static_cast<double>(largest_);
  }

 private:
  static constexpr unsigned bits = 5;  // 32 buckets to each power of two

  static std::size_t index(std::uint64_t value) {
    if (value < (1U << bits)) return value;
    const auto shift = std::bit_width(value) - 1 - bits;
    return std::min<std::size_t>((shift << bits) + (value >> shift), size - 1);
  }

  static double lower(std::size_t index) {
    if (index < (2U << bits)) return static_cast<double>(index);
    const auto shift = (index >> bits) - 1;
    return static_cast<double>(((index & ((1U << bits) - 1)) + (1ULL << bits)) << shift);
  }

  static constexpr std::size_t size = 1024;
  std::array<std::uint64_t, size> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t largest_ = 0;
};

}  // namespace bench
