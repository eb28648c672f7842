#include "sys/capture.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "sys/child.h"
#include "sys/descriptor.h"

namespace sys {
namespace {

using std::chrono::steady_clock;

// A file without a name, at its beginning: unlike a pipe it never makes us wait for the reader.
Descriptor readable(std::string_view text) {
  Descriptor file(memfd_create("input", MFD_CLOEXEC));
  while (file.is_open() && !text.empty()) {
    const ssize_t count = write(file.get(), text.data(), text.size());
    if (count < 0 && errno != EINTR) throw base::Error("cannot keep an input", strerror(errno));
    if (count > 0) text.remove_prefix(static_cast<size_t>(count));
  }
  if (!file.is_open() || lseek(file.get(), 0, SEEK_SET) != 0)
    throw base::Error("cannot keep an input", strerror(errno));
  return file;
}

struct Stream {
  Descriptor ours;
  Descriptor theirs;
  std::string text = {};
};

Stream make_stream() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw base::Error("cannot make a pipe", strerror(errno));
  return {.ours = Descriptor(ends[0]), .theirs = Descriptor(ends[1])};
}

void read_some(Stream& stream) {
  char buffer[16384];
  const ssize_t count = read(stream.ours.get(), buffer, sizeof buffer);
  if (count > 0) stream.text.append(buffer, static_cast<size_t>(count));
  if (count == 0 || (count < 0 && errno != EINTR)) stream.ours.reset();
}

Cut reason_to_cut(const std::array<Stream, 2>& streams, const CaptureLimits& limits,
                  steady_clock::time_point end) {
  if (streams[0].text.size() + streams[1].text.size() > limits.max_bytes) return Cut::too_long;
  if (steady_clock::now() >= end) return Cut::out_of_time;
  return limits.interrupted && limits.interrupted() ? Cut::interrupted : Cut::none;
}

}  // namespace

Captured capture(const Spawn& what, std::string_view input, const CaptureLimits& limits) {
  const auto end = steady_clock::now() + limits.deadline;
  const Descriptor in = readable(input);
  std::array<Stream, 2> streams = {make_stream(), make_stream()};
  const ProcessId child = spawn(
      what,
      {.input = in.get(), .output = streams[0].theirs.get(), .errors = streams[1].theirs.get()});
  Captured result;
  for (Stream& stream : streams) stream.theirs.reset();
  while (std::ranges::any_of(streams, [](const Stream& s) { return s.ours.is_open(); })) {
    std::array<pollfd, 2> waiting{};
    for (size_t i = 0; i < streams.size(); ++i)  // a closed one is -1, which poll passes over
      waiting[i] = {.fd = streams[i].ours.get(), .events = POLLIN, .revents = 0};
    if (poll(waiting.data(), waiting.size(), 100) > 0)
      for (size_t i = 0; i < streams.size(); ++i)
        if (waiting[i].revents != 0) read_some(streams[i]);
    result.cut = reason_to_cut(streams, limits, end);
    if (result.cut == Cut::none) continue;
    end_group(child.pid);
    break;  // something that left the group may still hold a pipe
  }
  result.ended = await(child.pid);
  result.out = std::move(streams[0].text);
  result.err = std::move(streams[1].text);
  return result;
}

}  // namespace sys
