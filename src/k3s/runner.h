// The seam to the cluster: kubectl and helm are run, what they say comes back as text.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "k3s/tools.h"

namespace k3s {

// Ctrl-C. The command says what holds now and how to go on.
struct Interrupted {};

struct Call {
  enum class Program { kubectl, helm };

  Program program = Program::kubectl;
  std::vector<std::string> arguments;  // never a secret: others see them
  std::string input = {};              // for stdin; secrets go here
  std::chrono::seconds deadline{60};
  // What changes several objects must come to its end, or a half-made release is left behind.
  bool can_be_interrupted = true;
};

struct Answer {
  int code = 0;
  std::string out;
  std::string err;

  bool is_ok() const { return code == 0; }
};

class Runner {
 public:
  virtual ~Runner() = default;
  // Throws base::Error when the program cannot be run to its end, Interrupted at Ctrl-C.
  virtual Answer run(const Call& call) = 0;
  virtual bool is_interrupted() = 0;
};

// `interrupted` is asked several times a second.
std::unique_ptr<Runner> real_runner(Tools tools, std::function<bool()> interrupted);

// What kubectl printed; throws base::Error with `what` and kubectl's own words when it failed.
std::string kubectl(Runner& runner, std::vector<std::string> arguments, const std::string& what,
                    const std::string& input = {});

// A failed call as an error: a cluster that does not answer is told apart.
[[noreturn]] void fail(const Answer& answer, const std::string& what);

}  // namespace k3s
