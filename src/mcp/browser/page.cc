#include "mcp/browser/page.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr milliseconds quiet{300};
constexpr milliseconds at_least{120};
constexpr milliseconds wait_for_requests{5'000};
constexpr milliseconds wait_for_navigation{10'000};

std::string host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return {};
  std::string_view rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (const size_t at = rest.rfind('@'); at != rest.npos) rest.remove_prefix(at + 1);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.find(':')));
}

// Browsers speak of their proxy; the gate knows the reason.
std::string reason_of(Context& context, const std::string& url, std::string error) {
  if (error.starts_with("net::")) error.erase(0, 5);
  if (const std::string why = context.browser().refusal(host_of(url)); !why.empty()) return why;
  return error;
}

cdp::Params to_params(json::Value value) {
  std::string text;
  value.append_raw(text);
  return cdp::Params::parse(text, nullptr, false);
}

// What a script gave, or the error that it threw.
cdp::Params value_of(const cdp::Message& answer) {
  if (const json::Value thrown = answer.body["exceptionDetails"]) {
    std::string why = thrown["exception"]["description"].string();
    if (why.empty()) why = thrown["text"].string();
    throw base::Error("the page's script failed", why.substr(0, why.find('\n')));
  }
  const json::Value value = answer.body["result"]["value"];
  return value ? to_params(value) : cdp::Params();
}

}  // namespace

void fail(const Tab& tab, const std::string& what, const cdp::Failure& failure) {
  using Kind = cdp::Failure::Kind;
  if (tab.has_crashed) throw base::Error(what, "the page crashed", "navigate again");
  if (failure.kind == Kind::gone || tab.is_closed)
    throw base::Error(what, "the tab or the browser has gone: " + failure.message,
                      "open a new session");
  if (failure.kind == Kind::late)
    throw base::Error(what, "the page does not answer; its script was stopped",
                      "try again, or navigate elsewhere");
  throw base::Error(what, failure.message);
}

void stop_script(Tab& tab) {
  tab.post("Runtime.terminateExecution");
  for (const std::string& session : tab.inner_sessions())
    tab.connection().post(session, "Runtime.terminateExecution");
}

base::Result<std::string> check_address(std::string_view text) {
  std::string url(base::trim(text));
  if (url == "about:blank") return url;
  const size_t colon = url.find(':');
  const bool has_scheme = url.contains("://");
  // "example.org/page" and "localhost:3000" are written by people and models alike.
  if (!has_scheme &&
      (colon == std::string::npos || url.find('.') < colon || url.starts_with("localhost:")))
    url = "https://" + url;
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return std::unexpected("only http:// and https:// addresses can be visited");
  if (url.size() > 8000) return std::unexpected("the address is longer than 8000 characters");
  const std::string host = host_of(url);
  if (host.empty()) return std::unexpected("the address has no host");
  const std::string_view authority =
      std::string_view(url)
          .substr(url.find("://") + 3)
          .substr(0, url.substr(url.find("://") + 3).find_first_of("/?#"));
  if (authority.contains('@'))
    return std::unexpected("an address must not hold a user name or password");
  return url;
}

Task<bool> go_to(Context& context, std::shared_ptr<Tab> tab, std::string text, Stage stage,
                 milliseconds deadline) {
  const auto url = check_address(text);
  if (!url) throw base::Error("cannot visit \"" + text + "\"", url.error());
  const auto until = Clock::now() + deadline;
  std::string host = host_of(*url);
  const std::string refused = co_await context.browser().judge(std::move(host));
  if (!refused.empty()) throw base::Error("cannot visit " + *url, refused);
  tab->forget_requests();
  tab->status = 0;
  tab->asked = *url;
  const std::string before = tab->main().loader;
  const cdp::Params params{{"url", *url}};
  const auto answer = co_await tab->call("Page.navigate", params, deadline);
  if (!answer) {
    tab->post("Page.stopLoading");
    stop_script(*tab);
    if (answer.error().kind == cdp::Failure::Kind::late)
      throw base::Error("cannot visit " + *url,
                        fmt::format("nothing came within {} s", deadline.count() / 1000),
                        "try again or another address");
    fail(*tab, "cannot visit " + *url, answer.error());
  }
  const json::Value body = (*answer)->body;
  const std::string error = body["errorText"].string();
  if (body["isDownload"].is_true())
    throw base::Error("cannot visit " + *url, "it is a download, not a page");
  if (!error.empty())
    throw base::Error("cannot visit " + *url, reason_of(context, tab->asked, error));
  const std::string loader = body["loaderId"].string();
  if (loader.empty()) co_return true;  // a place within the document
  const std::string_view wanted = stage == Stage::load ? "load" : "DOMContentLoaded";
  // The answer comes before the document; and another one may follow on its heels.
  const auto is_there = [&] {
    const std::string& now = tab->main().loader;
    return (now == loader || now != before) && tab->has_reached(now, wanted);
  };
  while (!is_there() && !tab->is_closed && !tab->has_crashed && Clock::now() < until)
    co_await tab->changed().wait(until);
  co_return is_there();
}

Task<void> settle(std::shared_ptr<Tab> tab) {
  const auto begin = Clock::now();
  while (!tab->is_closed) {
    const auto now = Clock::now();
    const auto gone = now - begin;
    const bool is_quiet = now - tab->last_activity() >= quiet;
    auto limit = at_least;
    if (tab->requests_under_way() > 0) limit = wait_for_requests;
    if (tab->is_navigating()) limit = wait_for_navigation;
    const bool may_end =
        gone >= at_least && is_quiet && tab->requests_under_way() == 0 && !tab->is_navigating();
    if (may_end || (gone >= limit && (is_quiet || gone >= wait_for_requests))) break;
    const auto until = now + milliseconds(50);
    co_await pause(tab->connection().io(), milliseconds(50));
    if (Clock::now() < until) break;  // cancelled
  }
  if (tab->is_closed || tab->has_crashed) co_return;
  // What the browser tells of titles comes late, or never.
  const cdp::Params params{{"expression", "document.title"}, {"returnByValue", true}};
  const auto title = co_await tab->call("Runtime.evaluate", params, milliseconds(1'000));
  if (title) tab->title = (*title)->body["result"]["value"].string();
}

Task<int64_t> world_of(std::shared_ptr<Tab> tab, FrameKey key) {
  if (tab->has_crashed) throw base::Error("the page crashed", {}, "navigate again");
  if (const auto known = tab->worlds.find(key); known != tab->worlds.end()) co_return known->second;
  const auto frame = tab->frames().find(key.frame);
  if (frame == tab->frames().end()) throw base::Error("the frame has gone");
  const std::string session = frame->second.session;
  const cdp::Params params{{"frameId", key.frame}, {"worldName", "autosre"}};
  const auto answer = co_await tab->connection().call(session, "Page.createIsolatedWorld", params);
  if (!answer) {
    if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab);
    fail(*tab, "cannot look into the page", answer.error());
  }
  const int64_t world = (*answer)->body["executionContextId"].integer().value_or(0);
  if (tab->is_alive(key)) tab->worlds[key] = world;
  co_return world;
}

Task<Element> find_element(std::shared_ptr<Tab> tab, Ref ref, int number) {
  const std::string name = fmt::format("e{} ({})", number, ref.label);
  if (!tab->is_alive(ref.frame))
    throw base::Error(name + " is gone", "the page has changed since that snapshot",
                      "take a new browser_snapshot and use its refs");
  const int64_t world = co_await world_of(tab, ref.frame);
  Element element{.frame = tab->frames().at(ref.frame.frame),
                  .key = ref.frame,
                  .dom_node = ref.dom_node,
                  .object = {},
                  .label = ref.label};
  const cdp::Params params{{"backendNodeId", ref.dom_node}, {"executionContextId", world}};
  const auto answer =
      co_await tab->connection().call(element.frame.session, "DOM.resolveNode", params);
  if (!answer && answer.error().kind != cdp::Failure::Kind::refused)
    fail(*tab, "cannot find " + name, answer.error());
  if (answer) element.object = (*answer)->body["object"]["objectId"].string();
  bool is_connected = false;
  if (!element.object.empty()) {
    constexpr std::string_view check = "function() { return this.isConnected; }";
    const cdp::Params connected = co_await call_on(tab, element, check);
    is_connected = connected.is_boolean() && connected.get<bool>();
  }
  if (!is_connected)
    throw base::Error(name + " is gone", "the page has removed it since that snapshot",
                      "take a new browser_snapshot and use its refs");
  co_return element;
}

Task<cdp::Params> call_on(std::shared_ptr<Tab> tab, Element element, std::string_view function,
                          cdp::Params arguments, milliseconds deadline) {
  cdp::Params values = cdp::Params::array();
  for (cdp::Params& argument : arguments) values.push_back({{"value", std::move(argument)}});
  const cdp::Params params{{"functionDeclaration", std::string(function)},
                           {"objectId", element.object},
                           {"arguments", std::move(values)},
                           {"returnByValue", true},
                           {"awaitPromise", true},
                           {"userGesture", true}};
  const auto answer = co_await tab->connection().call(element.frame.session,
                                                      "Runtime.callFunctionOn", params, deadline);
  if (!answer) {
    if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab);
    fail(*tab, "cannot reach " + element.label, answer.error());
  }
  co_return value_of(**answer);
}

Task<cdp::Params> evaluate(std::shared_ptr<Tab> tab, FrameKey key, std::string expression,
                           milliseconds deadline) {
  const int64_t world = co_await world_of(tab, key);
  const auto frame = tab->frames().find(key.frame);
  if (frame == tab->frames().end()) throw base::Error("the frame has gone");
  const std::string session = frame->second.session;
  const cdp::Params params{{"expression", std::move(expression)},
                           {"contextId", world},
                           {"returnByValue", true},
                           {"awaitPromise", true}};
  const auto answer =
      co_await tab->connection().call(session, "Runtime.evaluate", params, deadline);
  if (!answer) {
    if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab);
    fail(*tab, "cannot look into the page", answer.error());
  }
  co_return value_of(**answer);
}

std::vector<FrameKey> frame_keys(const Tab& tab) {
  std::vector<FrameKey> keys{{tab.target(), tab.main().loader}};
  for (const auto& [id, frame] : tab.frames())
    if (id != tab.target() && !frame.loader.empty()) keys.push_back({id, frame.loader});
  return keys;
}

}  // namespace mcp::browser
