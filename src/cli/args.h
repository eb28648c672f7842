// Declares a command's options and writes what is given straight into the command's members. Each
// option may also come from an AUTOSRE_* variable; the command line wins. The members' values at
// the time of the declaration are the defaults that help shows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct Option {
  std::string name;        // "--listen"
  std::string short_name;  // "-l", may be empty
  std::string value;       // "ADDRESS:PORT", empty for a flag
  std::string summary;     // one line
  std::string variable;    // "AUTOSRE_LISTEN", may be empty
  std::string default_text;
};

struct Positional {
  std::string name;  // "SHELL"; "bash|zsh|fish" admits just these words, which completion offers
  std::string summary;
  bool required = false;
  bool repeated = false;
};

class Args {
 public:
  // The command as typed ("autosre start"), for messages.
  explicit Args(std::string_view command = "autosre");
  ~Args();
  Args(const Args&) = delete;
  Args& operator=(const Args&) = delete;

  // `name` is "--json" or "-f,--follow". A value name such as "json|table" admits just these words.
  void flag(std::string_view name, bool& member, std::string_view summary,
            std::string_view variable = {});
  void option(std::string_view name, std::string_view value, std::string& member,
              std::string_view summary, std::string_view variable = {});
  void option(std::string_view name, std::string_view value, int& member, std::string_view summary,
              std::string_view variable = {});
  // Absent: neither given nor in the variable.
  void option(std::string_view name, std::string_view value, std::optional<int>& member,
              std::string_view summary, std::string_view variable = {});
  // May be given several times.
  void option(std::string_view name, std::string_view value, std::vector<std::string>& member,
              std::string_view summary);
  void positional(std::string_view name, std::string& member, std::string_view summary,
                  bool required);
  void positionals(std::string_view name, std::vector<std::string>& member,
                   std::string_view summary);
  // Everything that is not an option of this command, and all after `--`, unchanged and in order.
  // from_first: this command's options end at the first word that is none of them.
  enum class Rest { anywhere, from_first };
  void rest(std::string_view name, std::vector<std::string>& member, std::string_view summary,
            Rest where = Rest::anywhere);

  const std::vector<Option>& options() const;
  const std::vector<Positional>& operands() const;
  bool takes_rest() const;
  // Whether --help or -h is among the words that are this command's own.
  bool asks_for_help(const std::vector<std::string>& arguments) const;
  // Throws base::Error with Exit::usage, with a suggestion for a mistyped option.
  void parse(const std::vector<std::string>& arguments);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace cli
