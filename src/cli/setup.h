// What `setup` finds missing and what it can do about it. Planning is pure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "backend/needs.h"
#include "cli/doctor.h"

namespace cli {

// Something that can be done here, twice as well as once.
struct SetupAction {
  std::string text;               // "run npm install -g …"
  std::vector<std::string> argv;  // a program to run; empty: make the links
  struct Link {
    std::filesystem::path path;
    std::filesystem::path target;
  };
  std::vector<Link> links = {};
};

struct SetupItem {
  std::string code;
  std::string subject;
  bool is_met = false;
  std::string evidence;
  std::string remedy;
  std::optional<SetupAction> action;
};

struct SetupSeen {
  std::vector<Check> agents;  // doctor's, of claude and codex
  std::vector<backend::Need> needs;
  std::vector<std::string> entry_points;  // all there should be: "autosre-mcp-fetch"
  std::vector<std::string> missing;       // those that are not on PATH nor beside the program
  std::filesystem::path program;          // this one
  bool is_program_folder_writable = false;
  bool has_npm = false;
};

SetupSeen look_for_setup(const config::Environment& environment);

std::vector<SetupItem> plan_setup(const SetupSeen& seen);

}  // namespace cli
