#include "cdp/local_browser.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strings.h"
#include "cdp/pipe_transport.h"
#include "sys/child.h"
#include "sys/files.h"

namespace cdp {
namespace {

constexpr const char* disabled_features =
    "--disable-features=MediaRouter,OptimizationHints,Translate,AutofillServerCommunication,"
    "InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater";

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr const char* log_name = "browser.log";

struct Pipe {
  sys::Descriptor read;
  sys::Descriptor write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw base::Error("cannot make a pipe to the browser", std::strerror(errno));
  return {sys::Descriptor(ends[0]), sys::Descriptor(ends[1])};
}

}  // namespace

std::optional<fs::path> find_browser(const config::Environment& environment) {
  if (const auto wanted = environment.find("AUTOSRE_BROWSER");
      wanted != environment.end() && !wanted->second.empty()) {
    auto program = sys::find_program(wanted->second, environment);
    if (!program)
      throw base::Error("there is no program \"" + wanted->second + "\"",
                        "AUTOSRE_BROWSER names it", "set it to a Chromium or unset it");
    return program;
  }
  for (const std::string_view name : {"chromium", "chromium-browser", "google-chrome"})
    if (auto program = sys::find_program(name, environment)) return program;
  return std::nullopt;
}

std::vector<std::string> browser_arguments(const LaunchOptions& options, const fs::path& profile) {
  std::vector<std::string> arguments = {
      options.program.string(),
      "--headless",
      "--remote-debugging-pipe",
      "--user-data-dir=" + profile.string(),
      "--window-size=1280,800",
      // Every connection goes through the gate, and no name is resolved outside of it.
      "--proxy-server=socks5://127.0.0.1:" + std::to_string(options.gate_port),
      "--proxy-bypass-list=<-loopback>",
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
      "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--disable-quic",
      "--dns-prefetch-disable",
      // Nothing of the browser's own goes out.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-domain-reliability",
      "--disable-sync",
      "--disable-breakpad",
      "--disable-client-side-phishing-detection",
      "--no-pings",
      disabled_features,
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-default-apps",
      "--disable-extensions",
      "--disable-search-engine-choice-screen",
      "--password-store=basic",
      "--mute-audio",
      "--force-color-profile=srgb",
      "--disable-dev-shm-usage",
      // Tabs that are not in front go on.
      "--disable-backgrounding-occluded-windows",
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      "--disable-prompt-on-repost",
      "--disable-hang-monitor",
  };
  if (!options.sandbox) arguments.emplace_back("--no-sandbox");
  arguments.emplace_back("about:blank");
  return arguments;
}

LocalBrowser::LocalBrowser(boost::asio::io_context& io, const LaunchOptions& options)
    : profile_(options.profiles) {
  Pipe commands = make_pipe();
  Pipe answers = make_pipe();
  sys::Descriptor log = sys::open_for_append(profile_.path() / log_name);
  const sys::Spawn what{.argv = browser_arguments(options, profile_.path())};
  const sys::Streams streams{.input = -1,
                             .output = log.get(),
                             .errors = log.get(),
                             .more = {commands.read.get(), answers.write.get()}};
  process_ = sys::spawn(what, streams);
  transport_ = pipe_transport(io, std::move(answers.read), std::move(commands.write));
}

LocalBrowser::~LocalBrowser() {
  transport_.reset();
  if (process_.pid <= 0 || ended_) return;
  // It ends with its pipes and clears up; one that is killed leaves a folder in /tmp.
  await_end(milliseconds(3'000));
  ::kill(-process_.pid, SIGKILL);
  // The kernel needs a moment for a process of this size.
  await_end(milliseconds(1'000));
}

void LocalBrowser::await_end(milliseconds patience) {
  constexpr milliseconds pause(2);
  for (milliseconds waited(0); !ended_ && waited <= patience; waited += pause) {
    ended_ = sys::reap(process_.pid);
    if (!ended_) std::this_thread::sleep_for(pause);
  }
}

std::string LocalBrowser::last_words() {
  await_end(milliseconds(100));
  std::string words = ended_ ? sys::describe(*ended_) : "its pipes were closed";
  // What has outlived it.
  if (ended_) ::kill(-process_.pid, SIGKILL);
  const std::string log = sys::last_lines(profile_.path() / log_name, 3);
  if (const std::string_view last = base::trim(log); !last.empty())
    words += "; it said: " + std::string(last.substr(0, 600));
  return words;
}

}  // namespace cdp
