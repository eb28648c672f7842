// What a launch of an agent is asked for, what it consists of, and becoming the agent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/environment_changes.h"
#include "agent/launch_folder.h"
#include "agent/tools.h"
#include "config/paths.h"

namespace agent {

// What a plan is for: a description is printed, so it holds no secret token.
enum class Need { answers, description };

struct LaunchRequest {
  std::string proxy_url;  // empty: the local proxy
  std::string api_url;    // the OpenAI-compatible server; empty: beside the proxy
  Tools tools = Tools::all;
  std::optional<int> priority;
  std::vector<std::string> words;  // for the agent, unchanged
  Need need = Need::answers;
};

// A program that autosre launches, and where it comes from.
struct Agent {
  std::string program;  // "claude"
  std::string name;     // "Claude Code"
  std::string package;  // of npm
};

struct LaunchPlan {
  Agent agent;
  std::string label;  // the model's name for the agent
  std::string proxy_url;
  std::string run_id;
  EnvironmentChanges changes;
  Secret secret;
  std::vector<Variable> settings;      // given as arguments, each with its reason
  std::vector<std::string> arguments;  // after the program's name
  std::vector<LaunchFile> files;       // gone when the agent ends
  std::vector<LaunchFile> kept_files;  // outlive the agent, which may change them
  std::string shell_lines;             // what a shell needs beside the environment
  std::vector<std::string> notes;      // for the user, on stderr
};

// Writes those of the kept files that are missing or differ.
void keep_files(const LaunchPlan& plan);

// Becomes the agent. Throws base::Error when it is not on PATH or cannot be executed.
[[noreturn]] void become(const LaunchPlan& plan, const config::Environment& environment);

}  // namespace agent
