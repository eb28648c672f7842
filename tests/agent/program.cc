#include "agent/program.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strings.h"
#include "sys/descriptor.h"

namespace testing_support {
namespace {

struct Pipe {
  sys::Descriptor read;
  sys::Descriptor write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {sys::Descriptor(ends[0]), sys::Descriptor(ends[1])};
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Reads both to their ends, whichever has something first.
void drain(const Pipe& out, const Pipe& err, Outcome& outcome) {
  std::array<pollfd, 2> entries = {pollfd{out.read.get(), POLLIN, 0},
                                   pollfd{err.read.get(), POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&outcome.out, &outcome.err};
  std::array<char, 4096> buffer{};
  while (entries[0].fd >= 0 || entries[1].fd >= 0) {
    if (poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) return;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].fd < 0 || entries[i].revents == 0) continue;
      const ssize_t got = read(entries[i].fd, buffer.data(), buffer.size());
      if (got > 0) texts[i]->append(buffer.data(), static_cast<size_t>(got));
      if (got <= 0) entries[i].fd = -1;
    }
  }
}

}  // namespace

Outcome run_program(const std::vector<std::string>& argv, const config::Environment& environment,
                    const std::filesystem::path& folder) {
  std::vector<std::string> words = argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  const std::vector<char*> word_pointers = pointers_to(words);
  const std::vector<char*> variable_pointers = pointers_to(variables);
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  const sys::Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const pid_t child = fork();
  if (child == 0) {
    dup2(nothing.get(), STDIN_FILENO);
    dup2(out.write.get(), STDOUT_FILENO);
    dup2(err.write.get(), STDERR_FILENO);
    if (chdir(folder.c_str()) != 0) _exit(126);
    execve(words[0].c_str(), word_pointers.data(), variable_pointers.data());
    _exit(127);
  }
  out.write.reset();
  err.write.reset();
  Outcome outcome;
  drain(out, err, outcome);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

Outcome run_autosre(const std::vector<std::string>& words, const config::Environment& environment) {
  std::vector<std::string> argv = {AUTOSRE_BINARY};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_program(argv, environment);
}

std::vector<std::string> said(const Outcome& outcome, const std::string& name) {
  std::vector<std::string> values;
  for (const std::string_view line : base::split(outcome.out, '\n'))
    if (line.starts_with(name + "=")) values.emplace_back(line.substr(name.size() + 1));
  return values;
}

bool has(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

}  // namespace testing_support
