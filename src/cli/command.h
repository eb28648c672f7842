// One command of the program: its place in the table, its options and what it does. A command's
// file lives in cli/commands/ with its long help beside it (commands/NAME.md).
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cli {

class Args;

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Args&) {}
  // The exit code; failures are thrown as base::Error.
  virtual int run() = 0;
};

enum class Group { run, serve, measure, manage, about };

// A row of the table in cli/registry.cc, which help, completion and `help --json` read as well.
// Where `make` is null the command is planned: it says so and exits 1.
struct Entry {
  std::string_view path;  // "start", "proxy anthropic"
  Group group;
  std::string_view summary;  // one line
  std::unique_ptr<Command> (*make)();
  std::string_view help;  // Markdown: one paragraph, an Example section
};

}  // namespace cli
