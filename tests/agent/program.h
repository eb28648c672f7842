// Runs a program to its end as a user would, with an environment of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/paths.h"

namespace testing_support {

struct Outcome {
  int code = 0;  // 128 + the signal when one ended it
  std::string out;
  std::string err;
};

// argv[0] is a path. Reads nothing on stdin.
Outcome run_program(const std::vector<std::string>& argv, const config::Environment& environment,
                    const std::filesystem::path& folder = "/");

// The built autosre.
Outcome run_autosre(const std::vector<std::string>& words, const config::Environment& environment);

// What a program said under that name ("NAME=VALUE" on a line), in order.
std::vector<std::string> said(const Outcome& outcome, const std::string& name);

bool has(const std::vector<std::string>& values, const std::string& value);

}  // namespace testing_support
