// What a launch changes in the user's environment, each change with its reason (pure).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"

namespace agent {

struct Variable {
  std::string name;
  std::string value;
  std::string reason;
};

struct Removed {
  std::string name;
  std::string reason;
};

struct EnvironmentChanges {
  std::vector<Removed> removed;  // of those that are present
  std::vector<Variable> set;
};

// A variable whose value is in a file; both empty: there is none.
struct Secret {
  std::string variable;
  std::string file;
};

// `inherited` without what is removed, with what is set.
config::Environment with_changes(const EnvironmentChanges& changes, config::Environment inherited);

// NO_PROXY and no_proxy: the user's own lists with the stack's addresses added.
std::vector<Variable> direct_hosts(const config::Environment& inherited,
                                   std::string_view proxy_url);

// In single quotes, for a shell.
std::string shell_quoted(std::string_view text);

// Lines for a shell's eval: unset and export. A secret is read from its file when they run.
std::string render_exports(const EnvironmentChanges& changes, const Secret& secret);

}  // namespace agent
