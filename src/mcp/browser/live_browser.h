// A browser that runs: its connection, and the contexts in it that are ours.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cdp/connection.h"
#include "cdp/gate.h"
#include "cdp/local_browser.h"
#include "mcp/browser/options.h"
#include "mcp/browser/signal.h"
#include "mcp/browser/tab.h"

namespace mcp::browser {

class LiveBrowser;

// Cookies, storage and tabs apart from all others; gone with the object.
class Context {
 public:
  Context(std::shared_ptr<LiveBrowser> browser, std::string id);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Throws base::Error.
  net::Task<std::shared_ptr<Tab>> open_tab();
  std::shared_ptr<Tab> find(const std::string& target) const;
  // The tab that is in front; null when all are closed.
  std::shared_ptr<Tab> current() const;
  void bring_to_front(const std::shared_ptr<Tab>& tab);

  const std::vector<std::shared_ptr<Tab>>& tabs() const { return tabs_; }
  LiveBrowser& browser() { return *browser_; }
  const std::string& id() const { return id_; }

 private:
  friend class LiveBrowser;
  std::shared_ptr<LiveBrowser> browser_;
  std::string id_;
  std::vector<std::shared_ptr<Tab>> tabs_;
  std::string current_;
  int last_number_ = 0;
  Signal changed_;
};

class LiveBrowser : public std::enable_shared_from_this<LiveBrowser> {
 public:
  // Ours, or that of `options`. Throws base::Error.
  static net::Task<std::shared_ptr<LiveBrowser>> start(boost::asio::io_context& io,
                                                       const Options& options);
  LiveBrowser(boost::asio::io_context& io, const Options& options) : io_(io), options_(options) {}
  ~LiveBrowser();
  LiveBrowser(const LiveBrowser&) = delete;
  LiveBrowser& operator=(const LiveBrowser&) = delete;

  net::Task<std::shared_ptr<Context>> new_context();
  bool is_alive() const { return connection_ != nullptr && connection_->is_open(); }
  // Why it is not alive.
  const std::string& end() const { return end_; }
  bool is_local() const { return local_ != nullptr; }
  size_t contexts() const { return contexts_.size(); }
  cdp::Connection& connection() { return *connection_; }
  boost::asio::io_context& io() { return io_; }
  const Options& options() const { return options_; }
  // Why nothing at the host could be connected to, lately; empty: it could, or nobody knows.
  std::string refusal(const std::string& host) const;
  // Why an address is not to be visited, where no gate will refuse it; empty: it may be.
  net::Task<std::string> judge(std::string host);

 private:
  friend class Context;
  net::Task<void> start_local(std::filesystem::path program);
  net::Task<void> start_remote(cdp::RemoteAddress address);
  net::Task<void> greet();
  void receive(const cdp::Message& event);
  void take_target(const cdp::Message& event);
  void take_download(const cdp::Message& event);
  void add_tab(Context& context, json::Value target, const std::string& session);
  void disguise(Tab& tab) const;
  void remove_tab(const std::string& session);
  std::shared_ptr<Tab> tab_of_frame(const std::string& frame) const;

  boost::asio::io_context& io_;
  const Options& options_;
  std::unique_ptr<cdp::Gate> gate_;
  std::unique_ptr<cdp::LocalBrowser> local_;
  std::unique_ptr<cdp::Connection> connection_;
  std::map<std::string, Context*> contexts_;
  std::unordered_map<std::string, std::weak_ptr<Tab>> sessions_;
  std::map<std::string, std::string> downloads_;  // names by id
  std::string user_agent_;                        // without the word that it is headless
  std::string end_;
};

}  // namespace mcp::browser
