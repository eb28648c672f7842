#include "mcp/browser/tab.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mcp::browser {
namespace {

constexpr size_t max_news = 12;
constexpr size_t max_requests = 500;
// A page that asks this often in one step asks forever. Its script goes on from one to the next
// whatever it is told, so that the page has to end.
constexpr int max_dialogs = 20;
constexpr int told_dialogs = 5;

std::string shortened(std::string text) {
  if (text.size() > 300) text = text.substr(0, 300) + "…";
  return text;
}

// Event streams, WebSockets, pings and media never end: nobody waits for them.
bool is_awaited(std::string_view type) {
  constexpr std::array<std::string_view, 5> awaited = {"Document", "Stylesheet", "Script", "XHR",
                                                       "Fetch"};
  return std::ranges::find(awaited, type) != awaited.end();
}

}  // namespace

Tab::Tab(cdp::Connection& connection, std::string target, std::string session)
    : connection_(connection),
      target_(std::move(target)),
      session_(std::move(session)),
      changed_(connection.io()) {
  frames_[target_] = {.session = session_, .parent = {}, .loader = {}, .url = "about:blank"};
}

void Tab::begin() {
  begin_session(session_);
  // A tab in the background otherwise does not draw, and has no focus to type into.
  const cdp::Params on{{"enabled", true}};
  post("Emulation.setFocusEmulationEnabled", on);
  post("Inspector.enable");
}

void Tab::begin_session(const std::string& session) {
  const cdp::Params lifecycle{{"enabled", true}};
  const cdp::Params attach{
      {"autoAttach", true}, {"waitForDebuggerOnStart", true}, {"flatten", true}};
  connection_.post(session, "Page.enable");
  connection_.post(session, "Page.setLifecycleEventsEnabled", lifecycle);
  connection_.post(session, "Network.enable");
  connection_.post(session, "Target.setAutoAttach", attach);
  connection_.post(session, "Runtime.runIfWaitingForDebugger");
}

bool Tab::is_alive(const FrameKey& key) const {
  const auto frame = frames_.find(key.frame);
  return frame != frames_.end() && frame->second.loader == key.loader;
}

std::vector<std::string> Tab::take_news() {
  dialogs_seen_ = 0;
  return std::exchange(news_, {});
}

void Tab::note(std::string news) {
  if (news_.size() < max_news) news_.push_back(std::move(news));
}

void Tab::receive(const cdp::Message& event) {
  const std::string& method = event.method;
  if (method.starts_with("Page.lifecycle") || method.starts_with("Page.frame") ||
      method == "Page.navigatedWithinDocument")
    take_navigation(event);
  else if (method.starts_with("Network."))
    take_request(event);
  else if (method == "Page.javascriptDialogOpening")
    take_dialog(event);
  else if (method.starts_with("Target."))
    take_inner(event);
  else if (method == "Page.screencastFrame" && on_frame)
    on_frame(event.body);
  else if (method == "Inspector.targetCrashed" && event.session == session_) {
    has_crashed = true;
    is_navigating_ = false;
    requests_.clear();
    note("the page crashed");
    connection_.abandon(session_, "the page crashed");
  } else {
    return;
  }
  changed_.notify();
}

void Tab::take_dialog(const cdp::Message& event) {
  const std::string type = event.body["type"].string();
  const std::string message = shortened(event.body["message"].string());
  const bool accept = dialogs.accept.value_or(type == "alert" || type == "beforeunload");
  cdp::Params answer{{"accept", accept}};
  if (type == "prompt" && accept)
    answer["promptText"] =
        dialogs.text.empty() ? event.body["defaultPrompt"].string() : dialogs.text;
  if (++dialogs_seen_ == max_dialogs) {
    note("the page opened dialogs without end and was ended; navigate again");
    connection_.post(event.session, "Page.crash");
  }
  connection_.post(event.session, "Page.handleJavaScriptDialog", answer);
  if (dialogs_seen_ <= told_dialogs)
    note("dialog: " + type + " \"" + message + "\" was " + (accept ? "accepted" : "dismissed"));
}

void Tab::take_navigation(const cdp::Message& event) {
  const json::Value body = event.body;
  const std::string& method = event.method;
  if (method == "Page.frameNavigated") {
    const json::Value from = body["frame"];
    const std::string id = from["id"].string();
    Frame& frame = frames_[id];
    frame.session = event.session;
    if (const std::string parent = from["parentId"].string(); !parent.empty())
      frame.parent = parent;
    frame.loader = from["loaderId"].string();
    frame.url = from["url"].string() + from["urlFragment"].string();
    std::erase_if(worlds, [&](const auto& world) { return world.first.frame == id; });
    return;
  }
  const std::string id = body["frameId"].string();
  if (method == "Page.frameAttached") {
    Frame& frame = frames_[id];
    frame.session = event.session;
    frame.parent = body["parentFrameId"].string();
  } else if (method == "Page.frameDetached") {
    if (!body["reason"].equals("swap")) remove_frame(id);
  } else if (method == "Page.navigatedWithinDocument") {
    if (const auto frame = frames_.find(id); frame != frames_.end())
      frame->second.url = body["url"].string();
  } else if (method == "Page.lifecycleEvent") {
    take_stage(id, event);
  } else if (id == target_ && method == "Page.frameStartedNavigating") {
    is_navigating_ = !body["navigationType"].string().starts_with("sameDocument");
    last_activity_ = Clock::now();
  } else if (id == target_ && method == "Page.frameStoppedLoading") {
    is_navigating_ = false;
  }
}

// Those of a document that was there before us are told again.
void Tab::take_stage(const std::string& id, const cdp::Message& event) {
  const auto frame = frames_.find(id);
  if (frame == frames_.end() || frame->second.session != event.session) return;
  const std::string stage = event.body["name"].string();
  const std::string loader = event.body["loaderId"].string();
  const bool is_new = stage == "init" || loader != frame->second.loader;
  frame->second.loader = loader;
  if (id != target_) return;
  if (is_new) {
    stages_.clear();
    has_crashed = false;
  }
  if (stage == "DOMContentLoaded") is_navigating_ = false;
  stages_.insert(stage);
}

void Tab::remove_frame(const std::string& frame) {
  if (frame == target_) return;
  std::vector<std::string> inner;
  for (const auto& [id, other] : frames_)
    if (other.parent == frame) inner.push_back(id);
  frames_.erase(frame);
  for (const std::string& id : inner) remove_frame(id);
}

void Tab::take_request(const cdp::Message& event) {
  const std::string id = event.body["requestId"].string();
  if (event.method == "Network.requestWillBeSent") {
    if (event.body["type"].equals("Document") && event.body["frameId"].equals(target_))
      asked = event.body["request"]["url"].string();
    if (!is_awaited(event.body["type"].string()) || requests_.size() >= max_requests) return;
    requests_.insert(id);
  } else if (event.method == "Network.loadingFinished" || event.method == "Network.loadingFailed") {
    if (requests_.erase(id) == 0) return;
  } else {
    if (event.method == "Network.responseReceived" && event.body["type"].equals("Document") &&
        event.body["frameId"].equals(target_))
      status = static_cast<int>(event.body["response"]["status"].integer().value_or(0));
    // A fetch that is answered by a stream of events may stay open for ever.
    if (event.method == "Network.responseReceived" &&
        event.body["response"]["mimeType"].equals("text/event-stream"))
      requests_.erase(id);
    return;
  }
  last_activity_ = Clock::now();
}

void Tab::take_inner(const cdp::Message& event) {
  const std::string session = event.body["sessionId"].string();
  if (event.method == "Target.detachedFromTarget") {
    inner_sessions_.erase(session);
    std::vector<std::string> gone;
    for (const auto& [id, frame] : frames_)
      if (frame.session == session) gone.push_back(id);
    for (const std::string& id : gone) remove_frame(id);
    return;
  }
  if (event.method != "Target.attachedToTarget") return;
  const json::Value target = event.body["targetInfo"];
  if (!target["type"].equals("iframe")) {  // a worker
    connection_.post(session, "Runtime.runIfWaitingForDebugger");
    return;
  }
  const std::string id = target["targetId"].string();
  inner_sessions_.insert(session);
  Frame& frame = frames_[id];
  frame.session = session;
  if (const std::string parent = target["parentFrameId"].string(); !parent.empty())
    frame.parent = parent;
  frame.url = target["url"].string();
  begin_session(session);
}

}  // namespace mcp::browser
