// An assertion that libFuzzer takes for a crash, in every build.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

inline void expect(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "expectation broken: %s\n", what.c_str());
  std::abort();
}

inline std::string_view text_of(const unsigned char* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
