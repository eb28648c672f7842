#include "agent/environment_changes.h"

#include "base/strings.h"

namespace agent {
namespace {

std::string host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  std::string_view rest = scheme == url.npos ? url : url.substr(scheme + 3);
  rest = rest.substr(0, rest.find('/'));
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.find(':')));
}

std::string no_proxy(const config::Environment& inherited, const std::string& name,
                     std::string_view proxy_url) {
  const auto own = inherited.find(name);
  std::string list = own == inherited.end() ? "" : own->second;
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost"),
                                  std::string("::1"), host_of(proxy_url)}) {
    bool is_present = false;
    for (const std::string_view entry : base::split(list, ','))
      is_present = is_present || base::trim(entry) == host;
    if (!is_present) list += (list.empty() ? "" : ",") + host;
  }
  return list;
}

}  // namespace

config::Environment with_changes(const EnvironmentChanges& changes, config::Environment inherited) {
  for (const Removed& row : changes.removed) inherited.erase(row.name);
  for (const Variable& row : changes.set) inherited[row.name] = row.value;
  return inherited;
}

std::vector<Variable> direct_hosts(const config::Environment& inherited,
                                   std::string_view proxy_url) {
  std::vector<Variable> set;
  for (const char* name : {"NO_PROXY", "no_proxy"})
    set.push_back({name, no_proxy(inherited, name, proxy_url), "the stack is reached directly"});
  return set;
}

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string render_exports(const EnvironmentChanges& changes, const Secret& secret) {
  std::string out;
  for (const Removed& row : changes.removed) out += "unset " + row.name + "\n";
  for (const Variable& row : changes.set) {
    const bool is_secret = !secret.file.empty() && row.name == secret.variable;
    const std::string value =
        is_secret ? "\"$(cat " + shell_quoted(secret.file) + ")\"" : shell_quoted(row.value);
    out += "export " + row.name + "=" + value + "\n";
  }
  return out;
}

}  // namespace agent
