// What is wrong with a file that people write.
#pragma once

#include <string>

namespace config {

// One thing wrong with a file. Lines count from 1; 0 where none is to blame.
struct Fault {
  std::string file;
  int line = 0;
  std::string key;  // "env.HF_TOKEN", "extra_args[3]"; empty: the file as a whole
  std::string what;

  // "FILE:LINE: KEY: what"
  std::string text() const;
  bool operator==(const Fault&) const = default;
};

}  // namespace config
