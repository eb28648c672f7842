#include "mcp/browser/live_browser.h"

#include <algorithm>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cdp/remote_browser.h"
#include "mcp/browser/gate_policy.h"
#include "sys/environment.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr milliseconds start_deadline{30'000};
constexpr size_t max_tabs = 20;  // of one context; a page that opens more has them closed
constexpr const char* what_to_do =
    "install Chromium, name one in AUTOSRE_BROWSER, or set AUTOSRE_BROWSER_URL";

}  // namespace

Context::Context(std::shared_ptr<LiveBrowser> browser, std::string id)
    : browser_(std::move(browser)), id_(std::move(id)), changed_(browser_->io()) {
  browser_->contexts_[id_] = this;
}

Context::~Context() {
  browser_->contexts_.erase(id_);
  for (const auto& tab : tabs_) tab->is_closed = true;
  const cdp::Params params{{"browserContextId", id_}};
  if (browser_->is_alive()) browser_->connection().post({}, "Target.disposeBrowserContext", params);
}

Task<std::shared_ptr<Tab>> Context::open_tab() {
  const cdp::Params params{{"url", "about:blank"}, {"browserContextId", id_}};
  const auto answer = co_await browser_->connection().call({}, "Target.createTarget", params);
  if (!answer) throw base::Error("the browser opened no tab", answer.error().message);
  const std::string target = (*answer)->body["targetId"].string();
  const auto until = Clock::now() + start_deadline;
  while (!find(target) && browser_->is_alive() && Clock::now() < until)
    co_await changed_.wait(until);
  const std::shared_ptr<Tab> tab = find(target);
  if (tab == nullptr) throw base::Error("the browser opened no tab", browser_->end());
  while (tab->main().loader.empty() && !tab->is_closed && Clock::now() < until)
    co_await tab->changed().wait(until);
  current_ = target;
  co_return tab;
}

std::shared_ptr<Tab> Context::find(const std::string& target) const {
  const auto found =
      std::ranges::find(tabs_, target, [](const auto& tab) { return tab->target(); });
  return found == tabs_.end() ? nullptr : *found;
}

std::shared_ptr<Tab> Context::current() const {
  if (auto tab = find(current_)) return tab;
  return tabs_.empty() ? nullptr : tabs_.back();
}

void Context::bring_to_front(const std::shared_ptr<Tab>& tab) {
  current_ = tab->target();
  tab->post("Page.bringToFront");
}

Task<std::shared_ptr<LiveBrowser>> LiveBrowser::start(boost::asio::io_context& io,
                                                      const Options& options) {
  auto browser = std::make_shared<LiveBrowser>(io, options);
  if (options.remote) {
    cdp::RemoteAddress address = *options.remote;
    co_await browser->start_remote(std::move(address));
    co_return browser;
  }
  // A token is for the cluster's browser: whoever has set it wants that one, unless they name a
  // program as well.
  const config::Environment environment = sys::environment();
  const auto program = cdp::find_browser(environment);
  const bool is_named = environment.contains("AUTOSRE_BROWSER");
  if (program && (is_named || options.token.empty())) {
    std::filesystem::path path = *program;
    co_await browser->start_local(std::move(path));
    co_return browser;
  }
  auto address = cdp::parse_remote_address(cluster_browser, options.token);
  co_await browser->start_remote(std::move(*address));
  co_return browser;
}

LiveBrowser::~LiveBrowser() {
  if (connection_) connection_->on_end(nullptr);
  connection_.reset();
  local_.reset();
}

Task<void> LiveBrowser::start_local(std::filesystem::path program) {
  cdp::remove_abandoned_profiles(options_.profiles);
  gate_ = std::make_unique<cdp::Gate>(io_, gate_policy(io_, options_.allowed));
  const cdp::LaunchOptions launch{.program = std::move(program),
                                  .profiles = options_.profiles,
                                  .gate_port = gate_->port(),
                                  .sandbox = ::geteuid() != 0};
  local_ = std::make_unique<cdp::LocalBrowser>(io_, launch);
  connection_ = std::make_unique<cdp::Connection>(io_, local_->take_transport());
  co_await greet();
}

Task<void> LiveBrowser::start_remote(cdp::RemoteAddress address) {
  const std::string shown = address.url.authority();
  const milliseconds life = std::chrono::hours(1);
  auto transport =
      co_await cdp::connect_remote(io_, std::move(address), life, milliseconds(10'000));
  if (!transport)
    throw base::Error("there is no browser at " + shown, transport.error(), what_to_do);
  connection_ = std::make_unique<cdp::Connection>(io_, std::move(*transport));
  co_await greet();
}

// The first words, by which it is known to live.
Task<void> LiveBrowser::greet() {
  connection_->on_event([this](const cdp::Message& event) { receive(event); });
  connection_->on_end([this] {
    end_ = local_ ? "the browser ended: " + local_->last_words() : connection_->why_ended();
    for (const auto& [id, context] : contexts_) {
      for (const auto& tab : context->tabs_) {
        tab->is_closed = true;
        tab->changed().notify();
      }
      context->changed_.notify();
    }
  });
  const auto version = co_await connection_->call({}, "Browser.getVersion", {}, start_deadline);
  if (!version) {
    const std::string why = end_.empty() ? version.error().message : end_;
    throw base::Error("the browser does not start", why, what_to_do);
  }
  user_agent_ = (*version)->body["userAgent"].string();
  if (const size_t at = user_agent_.find("HeadlessChrome"); at != std::string::npos)
    user_agent_.erase(at, std::string_view("Headless").size());
  // Pages that our pages open begin to run only when we are there to watch them.
  const cdp::Params attach{
      {"autoAttach", true},
      {"waitForDebuggerOnStart", true},
      {"flatten", true},
      {"filter", cdp::Params::array({{{"type", "page"}}, {{"exclude", true}}})}};
  const cdp::Params discover{
      {"discover", true},
      {"filter", cdp::Params::array({{{"type", "page"}}, {{"exclude", true}}})}};
  connection_->post({}, "Target.setAutoAttach", attach);
  connection_->post({}, "Target.setDiscoverTargets", discover);
}

Task<std::shared_ptr<Context>> LiveBrowser::new_context() {
  const cdp::Params params{{"disposeOnDetach", true}};
  const auto answer = co_await connection_->call({}, "Target.createBrowserContext", params);
  if (!answer) throw base::Error("the browser made no context", answer.error().message);
  auto context =
      std::make_shared<Context>(shared_from_this(), (*answer)->body["browserContextId"].string());
  cdp::Params downloads{
      {"behavior", "deny"}, {"browserContextId", context->id()}, {"eventsEnabled", true}};
  if (!options_.downloads.empty() && is_local()) {
    downloads["behavior"] = "allow";
    downloads["downloadPath"] = options_.downloads.string();
  }
  connection_->post({}, "Browser.setDownloadBehavior", downloads);
  co_return context;
}

std::string LiveBrowser::refusal(const std::string& host) const {
  return gate_ ? gate_->refusal(host) : std::string();
}

Task<std::string> LiveBrowser::judge(std::string host) {
  if (gate_) co_return std::string();
  const cdp::Gate::Policy policy = gate_policy(io_, options_.allowed);
  const auto endpoints = co_await policy(std::move(host), 80);
  co_return endpoints ? std::string() : endpoints.error();
}

void LiveBrowser::receive(const cdp::Message& event) {
  if (event.session.empty()) {
    if (event.method.starts_with("Target.")) take_target(event);
    if (event.method.starts_with("Browser.download")) take_download(event);
    return;
  }
  const auto found = sessions_.find(event.session);
  if (found == sessions_.end()) return;
  const std::shared_ptr<Tab> tab = found->second.lock();
  if (tab == nullptr) {
    sessions_.erase(found);
    return;
  }
  tab->receive(event);
  // Frames in processes of their own speak for themselves.
  if (event.method == "Target.attachedToTarget") {
    const std::string inner = event.body["sessionId"].string();
    if (tab->owns(inner)) sessions_[inner] = tab;
  }
  if (event.method == "Target.detachedFromTarget")
    sessions_.erase(event.body["sessionId"].string());
}

void LiveBrowser::take_target(const cdp::Message& event) {
  const json::Value target = event.body["targetInfo"];
  if (event.method == "Target.detachedFromTarget")
    return remove_tab(event.body["sessionId"].string());
  const auto context = contexts_.find(target["browserContextId"].string());
  if (event.method == "Target.attachedToTarget") {
    const std::string session = event.body["sessionId"].string();
    if (context != contexts_.end()) return add_tab(*context->second, target, session);
    // A page of somebody else's.
    const cdp::Params detach{{"sessionId", session}};
    connection_->post(session, "Runtime.runIfWaitingForDebugger");
    connection_->post({}, "Target.detachFromTarget", detach);
    return;
  }
  if (event.method == "Target.targetInfoChanged" && context != contexts_.end())
    if (const auto tab = context->second->find(target["targetId"].string()))
      tab->title = target["title"].string();
}

// A page is not to be another one because nobody looks at it: the user agent does not say that it
// is headless, and the window has the size that was asked for.
void LiveBrowser::disguise(Tab& tab) const {
  const cdp::Params window{
      {"width", 1280}, {"height", 800}, {"deviceScaleFactor", 1}, {"mobile", false}};
  tab.post("Emulation.setDeviceMetricsOverride", window);
  const size_t at = user_agent_.find("Chrome/");
  if (at == std::string::npos) return;
  const std::string version = user_agent_.substr(at + 7, user_agent_.find('.', at) - at - 7);
  const cdp::Params brands = cdp::Params::array({{{"brand", "Not:A-Brand"}, {"version", "8"}},
                                                 {{"brand", "Chromium"}, {"version", version}}});
  const cdp::Params agent{{"userAgent", user_agent_},
                          {"userAgentMetadata",
                           {{"brands", brands},
                            {"platform", "Linux"},
                            {"platformVersion", ""},
                            {"architecture", "x86"},
                            {"model", ""},
                            {"mobile", false}}}};
  tab.post("Emulation.setUserAgentOverride", agent);
}

void LiveBrowser::add_tab(Context& context, json::Value target, const std::string& session) {
  const std::string id = target["targetId"].string();
  if (context.tabs_.size() >= max_tabs) {
    const cdp::Params params{{"targetId", id}};
    connection_->post({}, "Target.closeTarget", params);
    if (const auto tab = context.current())
      tab->note("the page opened too many tabs: one was closed");
    return;
  }
  auto tab = std::make_shared<Tab>(*connection_, id, session);
  tab->number = ++context.last_number_;
  tab->title = target["title"].string();
  sessions_[session] = tab;
  if (is_local()) disguise(*tab);
  tab->begin();
  context.tabs_.push_back(std::move(tab));
  context.changed_.notify();
}

void LiveBrowser::remove_tab(const std::string& session) {
  sessions_.erase(session);
  for (const auto& [id, context] : contexts_) {
    const auto tab = std::ranges::find(context->tabs_, session,
                                       [](const auto& each) { return each->session(); });
    if (tab == context->tabs_.end()) continue;
    (*tab)->is_closed = true;
    (*tab)->changed().notify();
    connection_->abandon(session, "the tab was closed");
    context->tabs_.erase(tab);
    context->changed_.notify();
    return;
  }
}

std::shared_ptr<Tab> LiveBrowser::tab_of_frame(const std::string& frame) const {
  for (const auto& [id, context] : contexts_)
    for (const auto& tab : context->tabs_)
      if (tab->frames().contains(frame)) return tab;
  return nullptr;
}

void LiveBrowser::take_download(const cdp::Message& event) {
  const std::string id = event.body["guid"].string();
  const bool is_allowed = !options_.downloads.empty() && is_local();
  if (event.method == "Browser.downloadWillBegin") {
    const auto tab = tab_of_frame(event.body["frameId"].string());
    if (tab == nullptr) return;
    const std::string name = event.body["suggestedFilename"].string();
    if (is_allowed) {
      if (downloads_.size() < 100) downloads_[id] = tab->target() + "\n" + name;
      tab->note("download of \"" + name + "\" began");
    } else {
      tab->note("download of \"" + name +
                "\" was refused: the operator allows downloads by "
                "setting AUTOSRE_BROWSER_DOWNLOADS to a folder");
    }
    tab->changed().notify();
    return;
  }
  const std::string state = event.body["state"].string();
  const auto found = downloads_.find(id);
  if (found == downloads_.end() || state == "inProgress") return;
  const size_t mark = found->second.find('\n');
  if (const auto tab = tab_of_frame(found->second.substr(0, mark)))
    tab->note("download of \"" + found->second.substr(mark + 1) + "\" " +
              (state == "completed" ? "is in " + options_.downloads.string() : "failed"));
  downloads_.erase(found);
}

}  // namespace mcp::browser
