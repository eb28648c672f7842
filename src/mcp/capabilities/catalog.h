// The program's commands as data, and finding one of them (pure).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcp::capabilities {

struct Command {
  std::string path;     // "proxy anthropic"
  std::string summary;  // one line
  std::string page;     // its whole help page, plain
};

// A first word of paths, with the commands below it.
struct Module {
  std::string name;
  std::vector<const Command*> commands;
};
std::vector<Module> modules_of(std::span<const Command> commands);

// Per word of the query: 10 where it is a word of the path (3 where it is only part of one), 5 in
// the summary, 2 in the page, without regard to case, summed.
int score(const Command& command, std::string_view query);

// All that score, best first; equal ones in the order of the table.
std::vector<const Command*> search(std::span<const Command> commands, std::string_view query);

// By its path, with or without the program's name before it, blanks as they come; null when there
// is none.
const Command* find(std::span<const Command> commands, std::string_view path);

// Up to three that may be meant by a path that is none.
std::vector<const Command*> close_to(std::span<const Command> commands, std::string_view path);

}  // namespace mcp::capabilities
