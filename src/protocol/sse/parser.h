// Server-sent events from a byte stream cut anywhere (WHATWG HTML §9.2.6; lines end in LF or CRLF).
#pragma once

#include <string>
#include <string_view>

namespace sse {

struct Event {
  std::string_view type;  // empty: "message"
  std::string_view data;  // the data lines joined by LF
};

class Parser {
 public:
  // An event longer than this is not kept.
  static constexpr size_t max_event = 16u << 20;

  // Calls on_event(Event) for each event that is complete now; its views live until the call
  // returns. Stops early when on_event returns false. False when an event grew beyond max_event.
  template <class OnEvent>
  bool feed(std::string_view bytes, OnEvent&& on_event) {
    if (!rest_.empty()) {
      // Only up to the next line end is copied, so that a long read is not moved twice.
      const size_t end = bytes.find('\n');
      rest_ += bytes.substr(0, end == bytes.npos ? bytes.npos : end + 1);
      if (end == bytes.npos) return rest_.size() <= max_event;
      bytes.remove_prefix(end + 1);
      std::string line;
      line.swap(rest_);
      line.pop_back();
      if (!take_line(line, on_event)) return true;
      line.clear();
      rest_.swap(line);
    }
    while (true) {
      const size_t end = bytes.find('\n');
      if (end == bytes.npos) break;
      const std::string_view line = bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      // The usual event is one data line and an empty one: no copy.
      if (!has_data_ && type_.empty() && line.starts_with("data: ") && bytes.starts_with('\n') &&
          !line.ends_with('\r')) {
        bytes.remove_prefix(1);
        first_ = false;
        if (!on_event(Event{{}, line.substr(6)})) return true;
        continue;
      }
      if (!take_line(line, on_event)) return true;
    }
    rest_.assign(bytes);
    return rest_.size() + data_.size() <= max_event;
  }

  // At the end of the bytes: the data of an event whose end is missing.
  std::string last_data();

 private:
  template <class OnEvent>
  bool take_line(std::string_view line, OnEvent& on_event) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) {
      field(line);
      return true;
    }
    bool more = true;
    if (has_data_) more = on_event(Event{type_, data_});
    has_data_ = false;
    data_.clear();
    type_.clear();
    return more;
  }

  void field(std::string_view line);

  std::string rest_;  // the beginning of a line
  std::string data_;
  std::string type_;
  bool has_data_ = false;
  bool first_ = true;
};

}  // namespace sse
