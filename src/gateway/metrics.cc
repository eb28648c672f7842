#include "gateway/metrics.h"

#include <fmt/format.h>

namespace gateway {
namespace {

void line(std::string& out, std::string_view name, std::string_view type, std::string_view help,
          double value) {
  out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n{0} {3}\n", name, type, help, value);
}

}  // namespace

void Histogram::observe(double seconds) {
  size_t bucket = 0;
  while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
  ++counts_[bucket];
  sum_ += seconds;
}

void Histogram::render(std::string& out, const std::string& name) const {
  out += "# TYPE " + name + " histogram\n";
  uint64_t total = 0;
  for (size_t i = 0; i < bounds.size(); ++i) {
    total += counts_[i];
    out += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", name, bounds[i], total);
  }
  total += counts_.back();
  out +=
      fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name, total, sum_);
}

void Metrics::add(const RequestRecord& record) {
  const std::string outcome = !record.error.empty() ? "error" : record.stop_reason;
  ++requests_[fmt::format("client=\"{}\",class=\"{}\",outcome=\"{}\"", record.client,
                          record.request_class, outcome)];
  input_tokens_ += static_cast<uint64_t>(record.input_tokens);
  cached_tokens_ += static_cast<uint64_t>(record.cached_tokens);
  output_tokens_ += static_cast<uint64_t>(record.output_tokens);
  if (record.ttft_ms > 0) first_token_.observe(record.ttft_ms / 1000);
  duration_.observe(record.elapsed_ms / 1000);
  if (record.prefix_share >= 0) {
    last_prefix_share_ = record.prefix_share;
    prefix_share_sum_ += record.prefix_share;
    ++prefix_share_count_;
  }
}

std::string Metrics::render(uint64_t dropped_log_lines) const {
  std::string out =
      "# HELP autosre_requests_total requests that have ended\n"
      "# TYPE autosre_requests_total counter\n";
  for (const auto& [labels, count] : requests_)
    out += fmt::format("autosre_requests_total{{{}}} {}\n", labels, count);
  const auto counter = [&out](std::string_view name, std::string_view help, uint64_t value) {
    line(out, name, "counter", help, static_cast<double>(value));
  };
  counter("autosre_input_tokens_total", "prompt tokens, cached ones included", input_tokens_);
  counter("autosre_cached_tokens_total", "prompt tokens the engine had cached", cached_tokens_);
  counter("autosre_output_tokens_total", "generated tokens", output_tokens_);
  counter("autosre_client_aborts_total", "answers whose client left", client_aborts);
  counter("autosre_upstream_failures_total", "calls the model server broke or refused",
          upstream_failures);
  counter("autosre_prefix_warnings_total", "prompts that repeat less than 95 % of the last one",
          prefix_warnings);
  counter("autosre_raw_tool_markup_total", "answers with an unparsed tool call in their text",
          raw_tool_markup);
  counter("autosre_log_lines_dropped_total", "request log lines lost", dropped_log_lines);
  line(out, "autosre_open_streams", "gauge", "requests under way",
       static_cast<double>(open_streams));
  line(out, "autosre_waiting_requests", "gauge", "requests waiting for a slot",
       static_cast<double>(waiting));
  line(out, "autosre_prefix_share", "gauge",
       "share of the last prompt that the latest one of its session repeats", last_prefix_share_);
  out += fmt::format(
      "# TYPE autosre_prefix_share_sum counter\nautosre_prefix_share_sum {}\n"
      "# TYPE autosre_prefix_share_count counter\nautosre_prefix_share_count {}\n",
      prefix_share_sum_, prefix_share_count_);
  first_token_.render(out, "autosre_time_to_first_token_seconds");
  duration_.render(out, "autosre_request_duration_seconds");
  return out;
}

}  // namespace gateway
