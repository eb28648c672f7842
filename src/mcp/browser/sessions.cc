#include "mcp/browser/sessions.h"

#include <algorithm>
#include <array>
#include <random>

#include <fmt/format.h>

#include "base/error.h"
#include "mcp/browser/recording.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr size_t max_sessions = 8;
constexpr size_t max_ended = 64;

// Long enough that nobody guesses it.
std::string new_id() {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
  std::random_device random;
  std::string id = "s_";
  for (int i = 0; i < 16; ++i) id += letters[random() % letters.size()];
  return id;
}

}  // namespace

void Session::stop_recording_for_a_secret() {
  if (recording == nullptr) return;
  recording->discard();
  recording.reset();
  recording_note =
      "the recording was stopped and deleted, because the session fills in a password or the like";
}

Sessions::Sessions(boost::asio::io_context& io, Options options)
    : io_(io), options_(std::move(options)), starting_(std::make_shared<Turn>(io)), sweeper_(io) {}

Sessions::~Sessions() {
  *is_here_ = false;
  shut_down();
}

Task<std::shared_ptr<LiveBrowser>> Sessions::browser() {
  last_used_ = Clock::now();
  const auto held = co_await starting_->take(Clock::now() + seconds(45));
  if (!held) throw base::Error("the browser does not start", "another call is waiting for it");
  if (browser_ && !browser_->is_alive()) drop_lost();
  if (!browser_) browser_ = co_await LiveBrowser::start(io_, options_);
  last_used_ = Clock::now();
  sweep_later();
  co_return browser_;
}

Task<std::shared_ptr<Session>> Sessions::open() {
  if (sessions_.size() >= max_sessions)
    throw base::Error(fmt::format("{} sessions are open", sessions_.size()), "that is the most",
                      "close one by browser_session_close");
  const auto live = co_await browser();
  auto session = std::make_shared<Session>(io_);
  session->id = new_id();
  session->context = co_await live->new_context();
  sessions_[session->id] = session;
  co_return session;
}

Task<std::shared_ptr<Context>> Sessions::one_shot() {
  const auto live = co_await browser();
  co_return co_await live->new_context();
}

std::shared_ptr<Session> Sessions::find(const std::string& id) {
  if (browser_ && !browser_->is_alive()) drop_lost();
  if (const auto found = sessions_.find(id); found != sessions_.end()) {
    last_used_ = found->second->last_used = Clock::now();
    return found->second;
  }
  const auto ended = ended_.find(id);
  throw base::Error("there is no session \"" + id + "\"",
                    ended == ended_.end() ? "no such session was opened" : ended->second,
                    "open one by browser_session_open");
}

void Sessions::close(const std::string& id) {
  find(id);
  forget(id, "it was closed");
}

void Sessions::forget(const std::string& id, const std::string& why) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  // A step that is under way keeps the session, and finds its tabs closed.
  for (const auto& tab : found->second->context->tabs()) {
    const cdp::Params params{{"targetId", tab->target()}};
    if (found->second->context->browser().is_alive())
      tab->connection().post({}, "Target.closeTarget", params);
  }
  if (found->second->recording) found->second->recording->finish();
  if (ended_.size() >= max_ended) ended_.clear();
  ended_[id] = why;
  sessions_.erase(found);
}

void Sessions::drop_lost() {
  const std::string why = browser_->end();
  std::vector<std::string> ids;
  for (const auto& [id, session] : sessions_) ids.push_back(id);
  for (const std::string& id : ids) forget(id, why);
  browser_.reset();
}

void Sessions::shut_down() {
  std::vector<std::string> ids;
  for (const auto& [id, session] : sessions_) ids.push_back(id);
  for (const std::string& id : ids) forget(id, "the server has ended");
  browser_.reset();
  sweeper_.cancel();
}

void Sessions::sweep_later() {
  sweeper_.expires_after(std::clamp(options_.idle / 4, milliseconds(250), milliseconds(30'000)));
  sweeper_.async_wait([this, is_here = is_here_](boost::system::error_code cancelled) {
    if (!cancelled && *is_here) sweep();
  });
}

void Sessions::sweep() {
  if (!browser_) return;
  if (!browser_->is_alive()) return drop_lost();
  const auto now = Clock::now();
  const auto limit = now - options_.idle;
  std::vector<std::string> idle;
  for (const auto& [id, session] : sessions_) {
    if (session->turn->is_taken()) session->last_used = now;
    if (session->last_used < limit) idle.push_back(id);
  }
  for (const std::string& id : idle)
    forget(id, fmt::format("it was closed after {} s without use", options_.idle.count() / 1000));
  // A call that uses a context of its own keeps the browser.
  if (sessions_.empty() && last_used_ < limit && browser_->contexts() == 0) {
    browser_.reset();
    return;
  }
  sweep_later();
}

}  // namespace mcp::browser
