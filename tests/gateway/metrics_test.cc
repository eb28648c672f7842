#include "gateway/metrics.h"

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace gateway {
namespace {

// The samples of a Prometheus text (version 0.0.4) by name and labels; every line is checked.
std::map<std::string, double> samples(const std::string& text) {
  static const std::regex comment(R"(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+)");
  static const std::regex sample(
      R"RE(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")*\})? (-?[0-9.e+-]+|\+Inf|NaN))RE");
  EXPECT_TRUE(text.ends_with('\n'));
  std::map<std::string, double> found;
  std::set<std::string> typed;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) {
      EXPECT_TRUE(std::regex_match(line, comment)) << line;
      if (line.starts_with("# TYPE "))
        EXPECT_TRUE(typed.insert(line.substr(7, line.find(' ', 7) - 7)).second)
            << "twice: " << line;
      continue;
    }
    std::smatch parts;
    if (!std::regex_match(line, parts, sample)) {
      ADD_FAILURE() << "no sample: " << line;
      continue;
    }
    std::string family = parts[1];
    for (const char* end : {"_bucket", "_sum", "_count"})
      if (!typed.contains(family) && family.ends_with(end))
        family.resize(family.size() - std::string(end).size());
    EXPECT_TRUE(typed.contains(family)) << "has no TYPE before it: " << line;
    EXPECT_TRUE(found.emplace(parts[1].str() + parts[2].str(), std::stod(parts[6])).second)
        << "twice: " << line;
  }
  return found;
}

RequestRecord record() {
  RequestRecord record;
  record.client = "claude";
  record.request_class = "main";
  record.input_tokens = 1000;
  record.cached_tokens = 800;
  record.output_tokens = 50;
  record.ttft_ms = 300;
  record.elapsed_ms = 2000;
  record.stop_reason = "end_turn";
  return record;
}

TEST(Metrics, IsPrometheusTextFromTheBeginning) {
  const auto found = samples(Metrics().render(0));
  EXPECT_EQ(found.at("autosre_open_streams"), 0);
  EXPECT_EQ(found.at("autosre_input_tokens_total"), 0);
}

TEST(Metrics, CountsRequestsByClientClassAndOutcome) {
  Metrics metrics;
  metrics.add(record());
  metrics.add(record());
  RequestRecord failed = record();
  failed.error = "the model server broke off: \"x\"\n";
  failed.request_class = "title";
  metrics.add(failed);
  const auto found = samples(metrics.render(0));
  EXPECT_EQ(found.at(R"(autosre_requests_total{client="claude",class="main",outcome="end_turn"})"),
            2);
  EXPECT_EQ(found.at(R"(autosre_requests_total{client="claude",class="title",outcome="error"})"),
            1);
}

TEST(Metrics, SumsTokens) {
  Metrics metrics;
  metrics.add(record());
  metrics.add(record());
  const auto found = samples(metrics.render(0));
  EXPECT_EQ(found.at("autosre_input_tokens_total"), 2000);
  EXPECT_EQ(found.at("autosre_cached_tokens_total"), 1600);
  EXPECT_EQ(found.at("autosre_output_tokens_total"), 100);
}

TEST(Metrics, KeepsLargeCountsExact) {
  Metrics metrics;
  RequestRecord large = record();
  large.input_tokens = 123456789012345;
  metrics.add(large);
  EXPECT_TRUE(metrics.render(0).contains("autosre_input_tokens_total 123456789012345\n"));
}

TEST(Metrics, SortsTimesIntoCumulativeBuckets) {
  Metrics metrics;
  for (const double ms : {1.0, 300.0, 300.0, 1000000.0}) {
    RequestRecord timed = record();
    timed.ttft_ms = ms;
    timed.elapsed_ms = ms;
    metrics.add(timed);
  }
  const auto found = samples(metrics.render(0));
  const std::string name = "autosre_time_to_first_token_seconds";
  EXPECT_EQ(found.at(name + "_bucket{le=\"0.005\"}"), 1);
  EXPECT_EQ(found.at(name + "_bucket{le=\"0.25\"}"), 1);
  EXPECT_EQ(found.at(name + "_bucket{le=\"0.5\"}"), 3);
  EXPECT_EQ(found.at(name + "_bucket{le=\"300\"}"), 3);
  EXPECT_EQ(found.at(name + "_bucket{le=\"+Inf\"}"), 4);
  EXPECT_EQ(found.at(name + "_count"), 4);
  EXPECT_NEAR(found.at(name + "_sum"), 1000.601, 1e-6);
  EXPECT_EQ(found.at("autosre_request_duration_seconds_count"), 4);
}

TEST(Metrics, PutsABoundIntoItsOwnBucket) {
  Histogram histogram;
  histogram.observe(0.5);
  std::string out;
  histogram.render(out, "x");
  const auto found = samples(out);
  EXPECT_EQ(found.at("x_bucket{le=\"0.5\"}"), 1);
  EXPECT_EQ(found.at("x_bucket{le=\"0.25\"}"), 0);
}

TEST(Metrics, TakesNoTimeForARequestWithoutAToken) {
  Metrics metrics;
  RequestRecord none = record();
  none.ttft_ms = 0;
  metrics.add(none);
  EXPECT_EQ(samples(metrics.render(0)).at("autosre_time_to_first_token_seconds_count"), 0);
}

TEST(Metrics, ShowsGaugesAndTheOtherCounters) {
  Metrics metrics;
  metrics.open_streams = 3;
  metrics.waiting = 2;
  metrics.client_aborts = 4;
  metrics.upstream_failures = 5;
  metrics.prefix_warnings = 6;
  metrics.raw_tool_markup = 7;
  RequestRecord part = record();
  part.prefix_share = 0.25;
  metrics.add(part);
  const auto found = samples(metrics.render(8));
  EXPECT_EQ(found.at("autosre_open_streams"), 3);
  EXPECT_EQ(found.at("autosre_waiting_requests"), 2);
  EXPECT_EQ(found.at("autosre_client_aborts_total"), 4);
  EXPECT_EQ(found.at("autosre_upstream_failures_total"), 5);
  EXPECT_EQ(found.at("autosre_prefix_warnings_total"), 6);
  EXPECT_EQ(found.at("autosre_raw_tool_markup_total"), 7);
  EXPECT_EQ(found.at("autosre_log_lines_dropped_total"), 8);
  EXPECT_DOUBLE_EQ(found.at("autosre_prefix_share"), 0.25);
}

}  // namespace
}  // namespace gateway
