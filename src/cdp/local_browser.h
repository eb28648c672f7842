// A Chromium of our own: found, started with a private profile and pipes, ended with us.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "cdp/profile_folder.h"
#include "cdp/transport.h"
#include "config/paths.h"
#include "sys/process.h"

namespace cdp {

// AUTOSRE_BROWSER (a path or a name), else the first of chromium, chromium-browser and
// google-chrome in PATH. Throws base::Error when AUTOSRE_BROWSER names none.
std::optional<std::filesystem::path> find_browser(const config::Environment& environment);

struct LaunchOptions {
  std::filesystem::path program;
  std::filesystem::path profiles;  // the folder in which its profile is made
  uint16_t gate_port = 0;          // all connections go through this SOCKS5 port
  bool sandbox = true;             // Chromium refuses to have one when it runs as root
};

// Pure.
std::vector<std::string> browser_arguments(const LaunchOptions& options,
                                           const std::filesystem::path& profile);

class LocalBrowser {
 public:
  // Throws base::Error when it cannot be started.
  LocalBrowser(boost::asio::io_context& io, const LaunchOptions& options);
  // Ends it, by force where it does not go, and removes its profile.
  ~LocalBrowser();
  LocalBrowser(const LocalBrowser&) = delete;
  LocalBrowser& operator=(const LocalBrowser&) = delete;

  std::unique_ptr<Transport> take_transport() { return std::move(transport_); }
  int pid() const { return process_.pid; }
  // How it ended and its last words, once its pipes are closed.
  std::string last_words();

 private:
  void await_end(std::chrono::milliseconds patience);

  ProfileFolder profile_;
  std::unique_ptr<Transport> transport_;
  sys::ProcessId process_;
  std::optional<sys::Ended> ended_;
};

}  // namespace cdp
