// What `doctor` finds and how it judges it. Judging is pure; looking is in doctor_look.cc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/paths.h"
#include "stack/health.h"
#include "sys/ports.h"

namespace cli {

enum class Verdict { ok, warn, fail, skip };
std::string_view name_of(Verdict verdict);

struct Check {
  std::string code;  // stable: "claude", "port-8011"
  Verdict verdict = Verdict::ok;
  std::string subject;
  std::string evidence;  // what was found
  std::string remedy;    // empty when there is nothing to do
};

// What was seen of this machine; absent: not there.
struct Seen {
  struct Folder {
    std::string name;
    std::filesystem::path path;
    bool is_writable = false;  // or can be made
  };
  struct Port {
    int number = 0;
    std::string purpose;
    bool is_free = false;
    bool is_ours = false;
    std::optional<sys::PortOwner> owner;
  };
  struct Tool {
    std::string name;
    std::optional<std::filesystem::path> path;
  };

  struct Agent {
    std::optional<std::filesystem::path> path;
    std::string version;  // empty: it did not say
  };

  Agent claude;
  Agent codex;
  std::vector<Folder> folders;
  std::vector<Port> ports;
  bool is_running = false;  // our local stack
  std::string proxy_url;
  stack::Health health = stack::Health::unreachable;
  std::string codex_proxy_url;
  stack::Health codex_health = stack::Health::unreachable;
  std::filesystem::path engine;
  bool has_engine = false;
  std::filesystem::path model;
  bool has_model = false;
  std::uintmax_t model_bytes = 0;
  std::uintmax_t available_memory = 0;  // bytes; 0: not known
  std::filesystem::path disk;
  std::uintmax_t free_disk = 0;
  std::string gpu;  // empty: none
  std::vector<Tool> cluster_tools;
  std::filesystem::path request_log;
  std::uintmax_t request_log_bytes = 0;
};

Seen look(const config::Environment& environment);

std::vector<Check> judge(const Seen& seen);

// "2.1.330 (Claude Code)" -> "2.1.330", "codex-cli 0.169.0" -> "0.169.0".
std::string parse_version(std::string_view text);

// -1, 0 or 1, part by part as numbers.
int compare_versions(std::string_view a, std::string_view b);

// "1.5 GiB".
std::string render_bytes(std::uintmax_t bytes);

}  // namespace cli
