#include "mcp/browser/input.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "browser_scripts_texts.h"
#include "mcp/browser/keys.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr milliseconds input_deadline{10'000};

struct Point {
  double x = 0;
  double y = 0;
};

std::string problem_in(const cdp::Params& result) {
  return result.is_object() ? result.value("problem", std::string()) : std::string();
}

[[noreturn]] void cannot(std::string_view action, const Element& element, const std::string& why) {
  throw base::Error("cannot " + std::string(action) + " " + element.label, why);
}

Task<void> send(std::shared_ptr<Tab> tab, std::string_view method, cdp::Params params) {
  const auto answer = co_await tab->call(method, params, input_deadline);
  if (answer) co_return;
  // The step may well have closed its own tab, or ended the page.
  if (tab->is_closed || tab->has_crashed) co_return;
  if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab);
  fail(*tab, "the page took no input", answer.error());
}

// Where the frame's inside begins in the page. Frames in other processes know only of themselves.
Task<Point> origin_of(std::shared_ptr<Tab> tab, FrameKey key) {
  Point origin;
  std::string id = key.frame;
  for (int depth = 0; id != tab->target() && depth < 30; ++depth) {
    const auto frame = tab->frames().find(id);
    if (frame == tab->frames().end()) throw base::Error("the frame has gone");
    const std::string parent = frame->second.parent;
    const auto outer = tab->frames().find(parent);
    if (outer == tab->frames().end()) throw base::Error("the frame has gone");
    const std::string session = outer->second.session;
    const FrameKey outer_key{parent, outer->second.loader};
    const cdp::Params asked{{"frameId", id}};
    const auto owner = co_await tab->connection().call(session, "DOM.getFrameOwner", asked);
    if (!owner) fail(*tab, "the frame cannot be found", owner.error());
    const Ref ref{.tab = tab->target(),
                  .frame = outer_key,
                  .dom_node = (*owner)->body["backendNodeId"].integer().value_or(0),
                  .label = "the frame"};
    Element holder = co_await find_element(tab, ref, 0);
    const cdp::Params at = co_await call_on(tab, std::move(holder), browser_scripts::frame_origin);
    origin.x += at.value("x", 0.0);
    origin.y += at.value("y", 0.0);
    id = parent;
  }
  co_return origin;
}

Task<Point> point_of(std::shared_ptr<Tab> tab, Element element, std::string_view action) {
  const cdp::Params at = co_await call_on(tab, element, browser_scripts::point);
  if (const std::string problem = problem_in(at); !problem.empty())
    cannot(action, element, problem);
  Point point = co_await origin_of(tab, element.key);
  point.x += at.value("x", 0.0);
  point.y += at.value("y", 0.0);
  co_return point;
}

cdp::Params mouse_event(std::string_view type, Point at, int count) {
  cdp::Params params{{"type", type}, {"x", at.x}, {"y", at.y}};
  if (count == 0) return params;
  params["button"] = "left";
  params["clickCount"] = count;
  params["buttons"] = type == "mousePressed" ? 1 : 0;
  return params;
}

std::string text_in(const cdp::Params& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

}  // namespace

Task<void> click(std::shared_ptr<Tab> tab, Element element, int count) {
  const Point at = co_await point_of(tab, element, "click");
  cdp::Params moved = mouse_event("mouseMoved", at, 0);
  co_await send(tab, "Input.dispatchMouseEvent", std::move(moved));
  for (int i = 1; i <= count; ++i) {
    cdp::Params pressed = mouse_event("mousePressed", at, i);
    co_await send(tab, "Input.dispatchMouseEvent", std::move(pressed));
    cdp::Params released = mouse_event("mouseReleased", at, i);
    co_await send(tab, "Input.dispatchMouseEvent", std::move(released));
  }
}

Task<void> hover(std::shared_ptr<Tab> tab, Element element) {
  const Point at = co_await point_of(tab, element, "hover over");
  cdp::Params moved = mouse_event("mouseMoved", at, 0);
  co_await send(tab, "Input.dispatchMouseEvent", std::move(moved));
}

Task<void> press(std::shared_ptr<Tab> tab, std::string chord) {
  const auto events = key_events(chord);
  if (!events) throw base::Error("cannot press \"" + chord + "\"", events.error());
  for (const cdp::Params& event : *events) {
    cdp::Params params = event;
    co_await send(tab, "Input.dispatchKeyEvent", std::move(params));
    if (tab->is_closed) co_return;
  }
}

Task<Typed> fill(std::shared_ptr<Tab> tab, Element element, std::string text,
                 const BeforeSecret& before_secret) {
  cdp::Params arguments = cdp::Params::array({text});
  const cdp::Params ready = co_await call_on(tab, element, browser_scripts::fill, arguments);
  if (const std::string problem = problem_in(ready); !problem.empty())
    cannot("fill", element, problem);
  Typed typed{.is_secret = ready.value("secret", false), .value = {}};
  if (typed.is_secret) before_secret();
  if (!ready.value("done", false)) {
    if (!text.empty()) {
      cdp::Params params{{"text", text}};
      co_await send(tab, "Input.insertText", std::move(params));
    } else if (!ready.value("isEmpty", false)) {
      std::string key = "Delete";
      co_await press(tab, std::move(key));
    }
  }
  if (typed.is_secret || tab->is_closed || !tab->is_alive(element.key)) co_return typed;
  const cdp::Params now = co_await call_on(tab, element, browser_scripts::value);
  typed.value = text_in(now);
  co_return typed;
}

Task<void> type_into_focus(std::shared_ptr<Tab> tab, std::string text,
                           const BeforeSecret& before_secret) {
  bool is_secret = false;
  for (const FrameKey& key : frame_keys(*tab)) {
    std::string question(browser_scripts::focused_secret);
    const cdp::Params answer = co_await evaluate(tab, key, std::move(question));
    is_secret = is_secret || (answer.is_boolean() && answer.get<bool>());
  }
  if (is_secret) before_secret();
  for (size_t at = 0; at < text.size();) {
    size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    std::string letter = text.substr(at, end - at);
    at = end;
    if (letter == "\n") letter = "Enter";
    if (letter == "\t") letter = "Tab";
    co_await press(tab, std::move(letter));
    if (tab->is_closed) co_return;
  }
}

Task<Typed> type(std::shared_ptr<Tab> tab, Element element, std::string text,
                 const BeforeSecret& before_secret) {
  const cdp::Params focused = co_await call_on(tab, element, browser_scripts::focus);
  if (const std::string problem = problem_in(focused); !problem.empty())
    cannot("type into", element, problem);
  Typed typed{.is_secret = focused.value("secret", false), .value = {}};
  if (typed.is_secret) before_secret();
  co_await type_into_focus(tab, std::move(text), before_secret);
  if (typed.is_secret || tab->is_closed || !tab->is_alive(element.key)) co_return typed;
  const cdp::Params now = co_await call_on(tab, element, browser_scripts::value);
  typed.value = text_in(now);
  co_return typed;
}

Task<std::string> select(std::shared_ptr<Tab> tab, Element element,
                         std::vector<std::string> values) {
  cdp::Params arguments = values;
  const cdp::Params result = co_await call_on(tab, element, browser_scripts::select, arguments);
  if (const std::string problem = problem_in(result); !problem.empty())
    cannot("select in", element, problem);
  co_return result.value("chosen", std::string());
}

Task<bool> set_checked(std::shared_ptr<Tab> tab, Element element, bool on) {
  const cdp::Params before = co_await call_on(tab, element, browser_scripts::checked);
  if (!before.is_boolean())
    cannot(on ? "check" : "uncheck", element, "it is nothing that is on or off: use action click");
  if (before.get<bool>() == on) co_return false;
  co_await click(tab, element, 1);
  if (tab->is_closed || !tab->is_alive(element.key)) co_return true;
  const cdp::Params after = co_await call_on(tab, element, browser_scripts::checked);
  if (after.is_boolean() && after.get<bool>() != on)
    cannot(on ? "check" : "uncheck", element, "the page did not let it change");
  co_return true;
}

Task<Scrolled> scroll(std::shared_ptr<Tab> tab, std::optional<Element> element,
                      std::string direction) {
  cdp::Params result;
  if (element) {
    cdp::Params arguments = cdp::Params::array({direction});
    result = co_await call_on(tab, *element, browser_scripts::scroll, arguments);
  } else {
    const FrameKey key{tab->target(), tab->main().loader};
    std::string call =
        "(" + std::string(browser_scripts::scroll) + ").call(document, \"" + direction + "\")";
    // The text begins with a comment of its own.
    result = co_await evaluate(tab, key, std::move(call));
  }
  co_return Scrolled{.at = result.value("at", 0), .end = result.value("end", 0)};
}

}  // namespace mcp::browser
