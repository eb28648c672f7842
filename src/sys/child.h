// A child whose descriptors are all given, and its end: what capture() is made of.
#pragma once

#include "sys/process.h"

namespace sys {

// Descriptors of ours; -1: /dev/null.
struct Streams {
  int input = -1;
  int output = -1;
  int errors = -1;
  std::vector<int> more = {};  // these become 3, 4, … in the child
};

// As spawn(const Spawn&), but with these streams instead of Spawn::output.
ProcessId spawn(const Spawn& what, const Streams& streams);

// Waits for a child of ours without a deadline.
Ended await(int pid);

// SIGTERM to a child's process group, SIGKILL after five seconds; the child stays to be awaited.
void end_group(int pid);

}  // namespace sys
