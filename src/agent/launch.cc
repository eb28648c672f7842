#include "agent/launch.h"

#include <cerrno>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "sys/files.h"
#include "sys/process.h"

namespace agent {
namespace {

namespace fs = std::filesystem;

// The folder is for its owner alone from the start.
void keep_file(const LaunchFile& file) {
  const fs::path folder = file.path.parent_path();
  fs::create_directories(folder.parent_path());
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    throw base::Error("cannot make " + folder.string(), std::strerror(errno));
  if (sys::read_file(file.path) == file.text) return;
  sys::write_atomically(fs::weakly_canonical(file.path), file.text, 0600);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

void keep_files(const LaunchPlan& plan) {
  for (const LaunchFile& file : plan.kept_files) keep_file(file);
}

void become(const LaunchPlan& plan, const config::Environment& environment) {
  const Agent& agent = plan.agent;
  const auto program = sys::find_program(agent.program, environment);
  if (!program)
    throw base::Error(agent.program + " is not on PATH", agent.name + " is not installed",
                      "npm install -g " + agent.package);
  keep_files(plan);
  write_launch_files(plan.files.front().path.parent_path(), plan.files);
  std::vector<std::string> words = {agent.program};
  words.insert(words.end(), plan.arguments.begin(), plan.arguments.end());
  std::vector<std::string> variables;
  for (const auto& [name, value] : with_changes(plan.changes, environment))
    variables.push_back(name + "=" + value);
  execve(program->c_str(), pointers_to(words).data(), pointers_to(variables).data());
  throw base::Error("cannot execute " + program->string(), std::strerror(errno));
}

}  // namespace agent
