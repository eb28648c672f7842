#include "mcp/browser/act.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "mcp/browser/input.h"
#include "protocol/json/text.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr milliseconds navigation_deadline{30'000};
constexpr milliseconds usual_wait{10'000};
constexpr milliseconds longest_wait{45'000};

// One act on one session.
class Performer {
 public:
  Performer(std::shared_ptr<Session> session, Act act)
      : session_(std::move(session)), act_(std::move(act)), tab_(current_tab(*session_)) {}

  Task<std::string> run();

 private:
  Task<std::string> on_page();
  Task<std::string> on_element();
  Task<std::string> on_tabs();
  Task<std::string> navigate();
  Task<std::string> in_history(int step);
  Task<std::string> fill_in();
  Task<std::string> scroll_by();
  Task<std::string> upload();
  Task<std::string> wait_for();
  Task<bool> has_text(std::string_view text);
  Task<Element> element();
  Task<std::string> submit();
  BeforeSecret before_secret() const;

  std::shared_ptr<Session> session_;
  Act act_;
  std::shared_ptr<Tab> tab_;
};

BeforeSecret Performer::before_secret() const {
  return [session = session_] { session->stop_recording_for_a_secret(); };
}

Task<std::string> Performer::run() {
  // What was said of dialogs holds for this step only.
  struct Reset {
    const std::shared_ptr<Tab>& tab;
    ~Reset() { tab->dialogs = {}; }
  };
  const Reset reset{tab_};
  tab_->dialogs = act_.dialogs;
  tab_->forget_requests();
  const size_t tabs = session_->context->tabs().size();
  std::string done;
  if (act_.action.ends_with("_tab"))
    done = co_await on_tabs();
  else if (act_.ref.empty() || act_.action == "scroll")
    done = co_await on_page();
  else
    done = co_await on_element();
  co_await settle(tab_);
  // What a click opens comes to the front, as it would for a user.
  const auto& now = session_->context->tabs();
  if (act_.action != "new_tab" && now.size() > tabs) {
    const auto opened = now.back();
    session_->context->bring_to_front(opened);
    co_await settle(opened);
    done += fmt::format("\nIt opened tab {}, which is now in front.", opened->number);
  }
  co_return done;
}

Task<Element> Performer::element() {
  const auto number = parse_ref(act_.ref);
  const Ref* ref = number ? session_->refs.find(*number) : nullptr;
  if (ref == nullptr) {
    const bool was_there = number && *number <= session_->refs.last();
    throw base::Error("there is no element \"" + act_.ref + "\"",
                      was_there ? "the page that it was on has gone" : "no snapshot has shown it",
                      "take a browser_snapshot and use its refs");
  }
  if (ref->tab != tab_->target()) {
    const auto other = session_->context->find(ref->tab);
    if (other == nullptr)
      throw base::Error("there is no element \"" + act_.ref + "\"", "its tab was closed",
                        "take a browser_snapshot and use its refs");
    tab_ = other;
    tab_->dialogs = act_.dialogs;
    session_->context->bring_to_front(tab_);
  }
  Ref wanted = *ref;
  co_return co_await find_element(tab_, std::move(wanted), *number);
}

Task<std::string> Performer::on_element() {
  const std::string& action = act_.action;
  if (action == "fill" || action == "type") co_return co_await fill_in();
  if (action == "upload") co_return co_await upload();
  Element target = co_await element();
  const std::string name = target.label + " [" + act_.ref + "]";
  if (action == "press") {
    // A key goes to what has the focus.
    std::string nothing;
    co_await type(tab_, target, std::move(nothing), before_secret());
    co_await press(tab_, act_.key);
    co_return "Pressed " + act_.key + " on " + name + ".";
  }
  if (action == "hover") {
    co_await hover(tab_, std::move(target));
    co_return "The mouse is over " + name + ".";
  }
  if (action == "select") {
    const std::string chosen = co_await select(tab_, std::move(target), act_.values);
    co_return "Selected " + chosen + " in " + name + ".";
  }
  if (action == "check" || action == "uncheck") {
    const bool on = action == "check";
    const bool changed = co_await set_checked(tab_, std::move(target), on);
    co_return name + (changed ? " is now " : " was already ") + (on ? "on." : "off.");
  }
  const int count = action == "double_click" ? 2 : 1;
  co_await click(tab_, std::move(target), count);
  co_return (count == 2 ? "Double-clicked " : "Clicked ") + name + ".";
}

Task<std::string> Performer::submit() {
  if (!act_.submit) co_return "";
  std::string key = "Enter";
  co_await press(tab_, std::move(key));
  co_return " Then pressed Enter.";
}

Task<std::string> Performer::fill_in() {
  Element target = co_await element();
  const bool replaces = act_.action == "fill";
  Typed typed;
  if (replaces)
    typed = co_await fill(tab_, target, act_.text, before_secret());
  else
    typed = co_await type(tab_, target, act_.text, before_secret());
  std::string done =
      fmt::format("{} {} [{}].", replaces ? "Filled" : "Typed into", target.label, act_.ref);
  if (!typed.is_secret && replaces && typed.value != act_.text)
    done += fmt::format(" The page made \"{}\" of it.", typed.value.substr(0, 200));
  const std::string submitted = co_await submit();
  co_return done + submitted;
}

Task<std::string> Performer::upload() {
  const Options& options = session_->context->browser().options();
  if (options.uploads.empty() || !session_->context->browser().is_local())
    throw base::Error("uploads are refused", {},
                      "the operator allows them by setting AUTOSRE_BROWSER_UPLOADS to a folder");
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path folder = fs::canonical(options.uploads, error);
  cdp::Params files = cdp::Params::array();
  for (const std::string& value : act_.values) {
    const fs::path path = fs::canonical(folder / value, error);
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    if (error || end != folder.end() || !fs::is_regular_file(path, error))
      throw base::Error("cannot upload \"" + value + "\"",
                        "it is no file in the folder " + options.uploads.string());
    files.push_back(path.string());
  }
  Element target = co_await element();
  const cdp::Params params{{"files", std::move(files)}, {"backendNodeId", target.dom_node}};
  const auto answer =
      co_await tab_->connection().call(target.frame.session, "DOM.setFileInputFiles", params);
  if (!answer) throw base::Error("cannot upload to " + target.label, answer.error().message);
  co_return fmt::format("{} now holds {} file(s).", target.label, act_.values.size());
}

Task<std::string> Performer::navigate() {
  const bool reached = co_await go_to(*session_->context, tab_, act_.url, Stage::dom_content_loaded,
                                      navigation_deadline);
  std::string done = "Went to " + tab_->main().url + ".";
  if (tab_->status >= 400) done += fmt::format(" The server answered {}.", tab_->status);
  if (!reached) done += " It is still loading.";
  co_return done;
}

Task<std::string> Performer::in_history(int step) {
  const auto history = co_await tab_->call("Page.getNavigationHistory");
  if (!history) fail(*tab_, "cannot read the tab's history", history.error());
  const json::Value body = (*history)->body;
  const int64_t wanted = body["currentIndex"].integer().value_or(0) + step;
  int64_t index = 0;
  for (const json::Value entry : body["entries"]) {
    if (index++ != wanted || entry["url"].equals("about:blank")) continue;
    const cdp::Params params{{"entryId", entry["id"].integer().value_or(0)}};
    const auto moved = co_await tab_->call("Page.navigateToHistoryEntry", params);
    if (!moved) fail(*tab_, "cannot go there", moved.error());
    // It begins a little later.
    co_await pause(tab_->connection().io(), milliseconds(150));
    co_await settle(tab_);
    co_return "Now at " + tab_->main().url + ".";
  }
  throw base::Error(step < 0 ? "there is no page to go back to"
                             : "there is no page to go forward to");
}

Task<std::string> Performer::on_page() {
  const std::string& action = act_.action;
  if (action == "navigate") co_return co_await navigate();
  if (action == "back") co_return co_await in_history(-1);
  if (action == "forward") co_return co_await in_history(1);
  if (action == "scroll") co_return co_await scroll_by();
  if (action == "wait") co_return co_await wait_for();
  if (action == "press") {
    std::string nothing;
    co_await type_into_focus(tab_, std::move(nothing), before_secret());
    co_await press(tab_, act_.key);
    co_return "Pressed " + act_.key + ".";
  }
  if (action == "type") {
    co_await type_into_focus(tab_, act_.text, before_secret());
    const std::string submitted = co_await submit();
    co_return "Typed into what has the focus." + submitted;
  }
  const auto answer = co_await tab_->call("Page.reload");
  if (!answer) fail(*tab_, "cannot reload", answer.error());
  co_await pause(tab_->connection().io(), milliseconds(150));
  co_return "Reloaded.";
}

Task<std::string> Performer::scroll_by() {
  std::optional<Element> around;
  if (!act_.ref.empty()) around = co_await element();
  const Scrolled now = co_await scroll(tab_, std::move(around), act_.direction);
  co_return fmt::format("Scrolled {}: now at {} of {} pixels{}.", act_.direction, now.at, now.end,
                        now.at >= now.end ? ", the end" : "");
}

Task<bool> Performer::has_text(std::string_view text) {
  const std::string question =
      "(document.body?.innerText ?? '').includes(" + json::quoted(text) + ")";
  for (const FrameKey& key : frame_keys(*tab_)) {
    if (!tab_->is_alive(key)) continue;
    cdp::Params answer;
    try {
      std::string expression = question;
      answer = co_await evaluate(tab_, key, std::move(expression), milliseconds(5'000));
    } catch (const base::Error&) {
      continue;  // a document that has just gone
    }
    if (answer.is_boolean() && answer.get<bool>()) co_return true;
  }
  co_return false;
}

Task<std::string> Performer::wait_for() {
  auto time = act_.text.empty() ? milliseconds(1'000) : usual_wait;
  if (act_.wait_seconds > 0) time = milliseconds(static_cast<int>(act_.wait_seconds * 1000));
  time = std::min(time, longest_wait);
  if (act_.text.empty()) {
    co_await pause(tab_->connection().io(), time);
    co_return fmt::format("Waited {} s.", static_cast<double>(time.count()) / 1000);
  }
  const auto until = Clock::now() + time;
  while (true) {
    const bool is_there = co_await has_text(act_.text);
    if (is_there != act_.until_gone)
      co_return fmt::format("\"{}\" is {} now.", act_.text, is_there ? "there" : "gone");
    if (Clock::now() >= until || tab_->is_closed) break;
    co_await pause(tab_->connection().io(), milliseconds(200));
  }
  throw base::Error(fmt::format("\"{}\" is {} after {} s", act_.text,
                                act_.until_gone ? "still there" : "not there",
                                static_cast<double>(time.count()) / 1000),
                    {}, "take a browser_snapshot to see the page as it is");
}

Task<std::string> Performer::on_tabs() {
  Context& context = *session_->context;
  if (act_.action == "new_tab") {
    tab_ = co_await context.open_tab();
    if (act_.url.empty()) co_return fmt::format("Opened tab {}.", tab_->number);
    const std::string went = co_await navigate();
    co_return fmt::format("Opened tab {}. ", tab_->number) + went;
  }
  const auto& tabs = context.tabs();
  std::shared_ptr<Tab> wanted = tab_;
  if (act_.tab != 0) {
    const auto found =
        std::ranges::find(tabs, act_.tab, [](const auto& tab) { return tab->number; });
    if (found == tabs.end())
      throw base::Error(fmt::format("there is no tab {}", act_.tab), {},
                        "browser_session_list_tabs lists them");
    wanted = *found;
  }
  if (act_.action == "switch_tab") {
    tab_ = wanted;
    context.bring_to_front(wanted);
    co_return fmt::format("Tab {} is in front.", wanted->number);
  }
  const cdp::Params params{{"targetId", wanted->target()}};
  const auto answer = co_await wanted->connection().call({}, "Target.closeTarget", params);
  if (!answer) throw base::Error("cannot close the tab", answer.error().message);
  const auto until = Clock::now() + seconds(5);
  while (!wanted->is_closed && Clock::now() < until) co_await wanted->changed().wait(until);
  if (context.tabs().empty()) co_await context.open_tab();
  tab_ = current_tab(*session_);
  co_return fmt::format("Closed tab {}.", wanted->number);
}

}  // namespace

std::shared_ptr<Tab> current_tab(Session& session) {
  if (auto tab = session.context->current()) return tab;
  throw base::Error("the session has no tab", "its last one was closed",
                    "open a new session by browser_session_open");
}

Task<std::string> perform(std::shared_ptr<Session> session, Act act) {
  Performer performer(std::move(session), std::move(act));
  co_return co_await performer.run();
}

std::string state_of(Session& session) {
  std::string text;
  for (const auto& tab : session.context->tabs())
    for (const std::string& news : tab->take_news()) text += "Note: " + news + "\n";
  const auto tab = session.context->current();
  if (tab == nullptr) return text + "No tab is open.\n";
  text += "Page: " + tab->main().url.substr(0, 500) + "\n";
  if (!tab->title.empty()) text += "Title: " + tab->title.substr(0, 200) + "\n";
  if (session.context->tabs().size() > 1)
    text += fmt::format("Tab: {} of {} tabs\n", tab->number, session.context->tabs().size());
  if (tab->is_navigating()) text += "It is still loading.\n";
  return text;
}

}  // namespace mcp::browser
