// Finds the command of an argv in the table, parses its options and runs it.
#pragma once

#include <string>
#include <vector>

namespace cli {

// The exit code. Usage errors and failures are thrown as base::Error.
int dispatch(int argc, char** argv);
int dispatch(const std::vector<std::string>& words);  // without the program's name

}  // namespace cli
