// The table of all commands, in the order of the help page.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/args.h"
#include "cli/command.h"

namespace cli {

std::span<const Entry> commands();

// The longest path that the words begin with; entry is null when there is none.
struct Match {
  const Entry* entry = nullptr;
  size_t words = 0;
};
Match find_command(std::span<const Entry> table, std::span<const std::string> words);

// The rows below a word that is no command itself, such as "proxy".
std::vector<const Entry*> find_group(std::span<const Entry> table, std::string_view word);

// A row with what its command declares; a planned one declares nothing.
struct Description {
  const Entry* entry = nullptr;
  std::vector<Option> options;
  std::vector<Positional> operands;
};
Description describe(const Entry& entry);
std::vector<Description> describe(std::span<const Entry> table);

std::string_view title_of(Group group);

}  // namespace cli
