// What a proxy counts, and its Prometheus text. One thread touches it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "gateway/request_log.h"

namespace gateway {

class Histogram {
 public:
  void observe(double seconds);
  // Appends the series of a histogram with that name.
  void render(std::string& out, const std::string& name) const;

 private:
  static constexpr std::array<double, 14> bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                 1,     2.5,  5,     10,   30,  60,   300};
  std::array<uint64_t, bounds.size() + 1> counts_{};
  double sum_ = 0;
};

class Metrics {
 public:
  // A request has ended; counts it, its tokens and its times.
  void add(const RequestRecord& record);
  std::string render(uint64_t dropped_log_lines) const;

  int64_t open_streams = 0;
  int64_t waiting = 0;  // for a slot
  uint64_t client_aborts = 0;
  uint64_t upstream_failures = 0;
  uint64_t prefix_warnings = 0;
  uint64_t raw_tool_markup = 0;  // answers whose text looks like an unparsed tool call

 private:
  std::map<std::string, uint64_t> requests_;  // by label set
  uint64_t input_tokens_ = 0;
  uint64_t cached_tokens_ = 0;
  uint64_t output_tokens_ = 0;
  double last_prefix_share_ = 1;
  double prefix_share_sum_ = 0;
  uint64_t prefix_share_count_ = 0;
  Histogram first_token_;
  Histogram duration_;
};

}  // namespace gateway
