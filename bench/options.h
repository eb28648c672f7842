// `--name value` pairs, as the two bench programs take them.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

class Options {
 public:
  Options(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; i += 2) pairs_.emplace_back(argv[i], argv[i + 1]);
    if (number("--port") > 0) return;
    std::fputs("needs --port and more; see the head of the source file\n", stderr);
    std::exit(2);
  }

  std::string_view text(std::string_view name, std::string_view otherwise = "") const {
    for (const auto& [key, value] : pairs_)
      if (key == name) return value;
    return otherwise;
  }

  std::int64_t number(std::string_view name, std::int64_t otherwise = 0) const {
    const auto value = text(name);
    std::int64_t result = otherwise;
    std::from_chars(value.data(), value.data() + value.size(), result);
    return result;
  }

  std::vector<std::string_view> all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : pairs_)
      if (key == name) values.push_back(value);
    return values;
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> pairs_;
};

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(2);
}

}  // namespace bench
