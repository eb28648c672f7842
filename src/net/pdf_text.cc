#include "net/pdf_text.h"

#include <array>
#include <chrono>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strings.h"
#include "net/deadline.h"

namespace net {
namespace {

constexpr std::chrono::seconds patience{20};

// A file in memory with that content, readable by a child as /dev/fd/N.
int memory_file(std::string_view content) {
  const int fd = memfd_create("document.pdf", 0);
  size_t written = 0;
  while (fd >= 0 && written < content.size()) {
    const ssize_t count = ::write(fd, content.data() + written, content.size() - written);
    if (count <= 0) break;
    written += static_cast<size_t>(count);
  }
  if (fd >= 0) ::lseek(fd, 0, SEEK_SET);
  return fd;
}

struct Child {
  pid_t pid;
  int output;
};

std::optional<Child> spawn_pdftotext(int document) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::nullopt;
  std::string file = "/dev/fd/" + std::to_string(document);
  std::string program = "pdftotext";
  std::string layout = "-layout";
  std::string dash = "-";
  std::array<char*, 5> arguments{program.data(), layout.data(), file.data(), dash.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int failed =
      posix_spawnp(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (failed == 0) return Child{pid, pipe[0]};
  ::close(pipe[0]);
  return std::nullopt;
}

}  // namespace

Task<base::Result<std::string, PdfProblem>> pdf_text(asio::io_context& io, std::string pdf) {
  const int document = memory_file(pdf);
  const std::optional<Child> child = spawn_pdftotext(document);
  if (document >= 0) ::close(document);
  if (!child) co_return std::unexpected(PdfProblem::not_installed);
  asio::posix::stream_descriptor output(io, child->output);
  const auto stop = [&output, pid = child->pid] {
    ::kill(pid, SIGKILL);
    output.cancel();
  };
  const Deadline deadline(io, patience, stop);
  std::string text;
  std::array<char, 16384> buffer;
  constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
  while (text.size() < max_pdf_text) {
    const auto space = asio::buffer(buffer);
    const auto [error, count] = co_await output.async_read_some(space, as_result);
    if (error) break;
    text.append(buffer.data(), count);
  }
  ::kill(child->pid, SIGKILL);
  int status = 0;
  ::waitpid(child->pid, &status, 0);
  const std::string_view words = base::trim(text);
  if (words.empty()) co_return std::unexpected(PdfProblem::no_text);
  co_return std::string(words);
}

}  // namespace net
