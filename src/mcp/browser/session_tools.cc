#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"
#include "mcp/browser/act.h"
#include "mcp/browser/read_snapshot.h"
#include "mcp/browser/recording.h"
#include "mcp/browser/snapshot_text.h"
#include "mcp/browser/tools.h"

namespace mcp::browser {
namespace {

using net::Task;
using Json = nlohmann::json;
using Shared = std::shared_ptr<Sessions>;

constexpr seconds turn_deadline{50};

Task<Turn::Held> take_turn(Session& session) {
  Turn::Held held = co_await session.turn->take(Clock::now() + turn_deadline);
  if (!held) throw base::Error("the session is busy with another call", {}, "try again");
  co_return held;
}

// The session's tab as text, below its address and title.
Task<std::string> snapshot_of(std::shared_ptr<Session> session, SnapshotWish wish, int root) {
  const auto tab = current_tab(*session);
  if (root > 0) {
    const Ref* ref = session->refs.find(root);
    if (ref == nullptr)
      throw base::Error(fmt::format("there is no element e{}", root), "the page has changed",
                        "take a snapshot without ref");
  }
  const std::vector<FrameView> views = co_await read_frames(tab);
  session->refs.keep(tab->target(), [&](const FrameKey& key) { return tab->is_alive(key); });
  if (const Ref* ref = session->refs.find(root); root > 0 && ref != nullptr) {
    const auto view = std::ranges::find(views, ref->frame, &FrameView::key);
    if (view != views.end())
      wish.root = {.ref = root,
                   .view = static_cast<size_t>(view - views.begin()),
                   .dom_node = ref->dom_node};
  }
  const auto number = [&](const Line& line) {
    return session->refs.number_of(tab->target(), views[line.view].key, line.dom_node,
                                   label_of(line));
  };
  const std::string text = snapshot_text(outline(views), wish, number);
  co_return state_of(*session) + page_text(text);
}

SnapshotWish wish_of(const Json& arguments) {
  SnapshotWish wish;
  wish.max_chars = arguments.value("max_chars", size_t{12'000});
  wish.controls_only = arguments.value("controls_only", false);
  wish.find = arguments.value("find", std::string());
  wish.offset = arguments.value("offset", size_t{0});
  return wish;
}

std::string with_recording_note(Session& session, std::string text) {
  if (session.recording_note.empty()) return text;
  text += "Note: " + std::exchange(session.recording_note, {}) + "\n";
  return text;
}

Task<ToolResult> open_session(Shared sessions, Json arguments) {
  const auto session = co_await sessions->open();
  const auto held = co_await take_turn(*session);
  std::string text;
  try {
    const auto tab = co_await session->context->open_tab();
    if (arguments.value("record", false)) {
      const Options& options = sessions->options();
      prune_recordings(options.recordings, options.recordings_kept, false);
      session->recording = std::make_shared<Recording>(options.recordings, session->id);
      session->recording->follow(tab);
    }
    const std::string url = arguments.value("url", std::string());
    if (!url.empty()) {
      std::string address = url;
      const bool reached = co_await go_to(*session->context, tab, std::move(address),
                                          Stage::dom_content_loaded, milliseconds(30'000));
      co_await settle(tab);
      if (tab->status >= 400) text += fmt::format("The server answered {}.\n", tab->status);
      if (!reached) text += "The page is still loading.\n";
    }
  } catch (...) {
    // Nobody knows its name; where the browser has died it is gone already.
    if (sessions->all().contains(session->id) && session->context->browser().is_alive())
      sessions->close(session->id);
    throw;
  }
  std::string head = fmt::format("session_id: {}\nIt is closed after {} s without use.\n",
                                 session->id, sessions->options().idle.count() / 1000);
  if (session->recording)
    head += "It is recorded to " + session->recording->path().string() +
            "; filling in a password stops and deletes the recording.\n";
  const bool has_url = !arguments.value("url", std::string()).empty();
  if (has_url && arguments.value("snapshot", true)) {
    const std::string snapshot = co_await snapshot_of(session, SnapshotWish(), 0);
    co_return text_result(head + text + snapshot);
  }
  co_return text_result(head + text + state_of(*session));
}

Task<ToolResult> snapshot(Shared sessions, Json arguments) {
  const auto session = sessions->find(arguments["session_id"].get<std::string>());
  const auto held = co_await take_turn(*session);
  int root = 0;
  if (const std::string ref = arguments.value("ref", std::string()); !ref.empty()) {
    const auto number = parse_ref(ref);
    if (!number) throw base::Error("\"" + ref + "\" is no ref", {}, "write it like e12");
    root = *number;
  }
  const std::string text = co_await snapshot_of(session, wish_of(arguments), root);
  co_return text_result(with_recording_note(*session, text));
}

Task<ToolResult> act(Shared sessions, Json arguments) {
  const auto session = sessions->find(arguments["session_id"].get<std::string>());
  Act wanted = decode_act(arguments);
  const auto held = co_await take_turn(*session);
  std::string text;
  try {
    const std::string done = co_await perform(session, std::move(wanted));
    text = done + "\n";
  } catch (const base::Error& error) {
    // What happened meanwhile may be the reason.
    const std::string state = session->context->tabs().empty() ? "" : state_of(*session);
    co_return error_result(with_recording_note(*session, error.line() + "\n" + state));
  }
  if (session->recording)
    if (const auto tab = session->context->current()) session->recording->follow(tab);
  std::string now;
  if (arguments.value("snapshot", false))
    now = co_await snapshot_of(session, SnapshotWish(), 0);
  else
    now = state_of(*session);
  text += now;
  co_return text_result(with_recording_note(*session, std::move(text)));
}

std::string tabs_of(const Session& session) {
  std::string text;
  const auto front = session.context->current();
  for (const auto& tab : session.context->tabs())
    text += fmt::format("- tab {}{}: {}{}\n", tab->number, tab == front ? " (in front)" : "",
                        tab->main().url.substr(0, 300),
                        tab->title.empty() ? "" : " — " + tab->title.substr(0, 100));
  return text.empty() ? "- no tab\n" : text;
}

Task<ToolResult> list_tabs(Shared sessions, Json arguments) {
  const std::string id = arguments.value("session_id", std::string());
  if (!id.empty()) {
    const auto session = sessions->find(id);
    co_return text_result(tabs_of(*session));
  }
  std::string text;
  for (const auto& [name, session] : sessions->all())
    text +=
        "session " + name + (session->recording ? " (recorded)" : "") + ":\n" + tabs_of(*session);
  co_return text_result(text.empty() ? "No session is open.\n" : text);
}

Task<ToolResult> close_session(Shared sessions, Json arguments) {
  const std::string id = arguments["session_id"].get<std::string>();
  const auto session = sessions->find(id);
  const auto recording = session->recording;
  sessions->close(id);
  std::string text = "Session " + id + " is closed.\n";
  std::error_code error;
  if (recording && std::filesystem::exists(recording->path(), error))
    text += "Recording: " + recording->path().string() + "\n";
  co_return text_result(text);
}

Task<ToolResult> prune(Shared sessions, Json arguments) {
  const Options& options = sessions->options();
  auto age = options.recordings_kept;
  if (const auto hours = arguments.find("older_than_hours"); hours != arguments.end())
    age = milliseconds(static_cast<int64_t>(hours->get<double>() * 3600'000));
  const bool dry_run = arguments.value("dry_run", false);
  const Pruned pruned = prune_recordings(options.recordings, age, dry_run);
  std::string text = fmt::format("{} {} recordings, {} KB, in {}; {} kept.\n",
                                 dry_run ? "Would remove" : "Removed", pruned.removed.size(),
                                 pruned.bytes / 1024, options.recordings.string(), pruned.kept);
  for (size_t i = 0; i < std::min<size_t>(pruned.removed.size(), 50); ++i)
    text += "- " + pruned.removed[i] + "\n";
  co_return text_result(text);
}

// A handler over the sessions that all tools share.
using Call = Task<ToolResult> (*)(Shared, Json);
Handler handler(const Shared& sessions, Call call) {
  return [sessions, call](Json arguments, CallContext&) {
    return call(sessions, std::move(arguments));
  };
}

constexpr const char* open_schema = R"({
  "type": "object",
  "properties": {
    "url": {"type": "string", "maxLength": 8000, "description": "the page to begin with"},
    "snapshot": {"type": "boolean", "default": true,
      "description": "also return the page's snapshot"},
    "record": {"type": "boolean", "default": false,
      "description": "record a .webm video; only when the user asks for one"}
  },
  "additionalProperties": false
})";

constexpr const char* snapshot_schema = R"({
  "type": "object",
  "properties": {
    "session_id": {"type": "string", "description": "from browser_session_open"},
    "ref": {"type": "string", "maxLength": 40,
      "description": "only this element and what is in it, such as e12"},
    "find": {"type": "string", "maxLength": 200,
      "description": "only lines that contain this text, with what they are in"},
    "controls_only": {"type": "boolean", "default": false,
      "description": "only links, buttons, fields and headings"},
    "max_chars": {"type": "integer", "minimum": 500, "maximum": 45000, "default": 12000},
    "offset": {"type": "integer", "minimum": 0, "default": 0,
      "description": "lines to pass over, as the end of a cut snapshot says"}
  },
  "required": ["session_id"],
  "additionalProperties": false
})";

constexpr const char* act_schema = R"({
  "type": "object",
  "properties": {
    "session_id": {"type": "string", "description": "from browser_session_open"},
    "action": {"type": "string", "enum": ["click", "double_click", "fill", "type", "press",
      "select", "check", "uncheck", "hover", "scroll", "navigate", "back", "forward", "reload",
      "wait", "upload", "new_tab", "switch_tab", "close_tab"]},
    "ref": {"type": "string", "maxLength": 40,
      "description": "the element, such as e12 from the last snapshot"},
    "text": {"type": "string", "maxLength": 100000,
      "description": "fill replaces what is there by it, type adds it key by key, wait waits until it is on the page"},
    "submit": {"type": "boolean", "default": false,
      "description": "press Enter after fill or type"},
    "key": {"type": "string", "maxLength": 60,
      "description": "for press: Enter, Escape, ArrowDown, Control+a"},
    "values": {"type": "array", "items": {"type": "string"}, "maxItems": 50,
      "description": "for select: labels or values of options; for upload: names of files"},
    "url": {"type": "string", "maxLength": 8000, "description": "for navigate and new_tab"},
    "direction": {"type": "string", "enum": ["up", "down", "left", "right", "top", "bottom"],
      "default": "down", "description": "for scroll; with ref, in the box around that element"},
    "tab": {"type": "integer", "minimum": 1, "description": "for switch_tab and close_tab"},
    "seconds": {"type": "number", "minimum": 0, "maximum": 45,
      "description": "for wait: how long at most"},
    "until_gone": {"type": "boolean", "default": false,
      "description": "for wait: until the text is gone"},
    "dialog": {"type": "string", "enum": ["accept", "dismiss"],
      "description": "how dialogs that this step opens are answered; else alerts are accepted, questions dismissed"},
    "dialog_text": {"type": "string", "maxLength": 10000, "description": "what is typed into a prompt"},
    "snapshot": {"type": "boolean", "default": false,
      "description": "also return a snapshot of the page after the step"}
  },
  "required": ["session_id", "action"],
  "additionalProperties": false
})";

constexpr const char* tabs_schema = R"({
  "type": "object",
  "properties": {
    "session_id": {"type": "string", "description": "only this session's; otherwise all sessions"}
  },
  "additionalProperties": false
})";

constexpr const char* close_schema = R"({
  "type": "object",
  "properties": {"session_id": {"type": "string"}},
  "required": ["session_id"],
  "additionalProperties": false
})";

constexpr const char* prune_schema = R"({
  "type": "object",
  "properties": {
    "older_than_hours": {"type": "number", "minimum": 0,
      "description": "instead of the usual 24 hours"},
    "dry_run": {"type": "boolean", "default": false, "description": "only say what would go"}
  },
  "additionalProperties": false
})";

}  // namespace

std::vector<Tool> session_tools(const Shared& sessions) {
  std::vector<Tool> tools;
  tools.push_back({.name = "browser_session_open",
                   .title = "Open a browser session",
                   .description =
                       "Opens a browser session to work on pages step by step: forms, logins, "
                       "applications. Returns its session_id and a snapshot of the page. It has "
                       "cookies of its own, and is closed when it is idle for long.",
                   .annotations = {.open_world = true},
                   .input_schema = open_schema,
                   .handle = handler(sessions, open_session),
                   .deadline = seconds(90)});
  tools.push_back({.name = "browser_snapshot",
                   .title = "Read the page",
                   .description =
                       "Reads the session's page as an outline of its texts and controls. Each "
                       "control has a ref (e12) for browser_act, which it keeps as long as it is "
                       "on the page. Long pages are cut and say so; narrow them by find, ref, "
                       "controls_only or offset.",
                   .annotations = {.read_only = true, .open_world = true},
                   .input_schema = snapshot_schema,
                   .handle = handler(sessions, snapshot),
                   .max_result_chars = 60'000,
                   .deadline = seconds(90)});
  tools.push_back({.name = "browser_act",
                   .title = "Act on the page",
                   .description =
                       "Does one step on the session's page: clicks, fills in, presses keys, "
                       "selects, scrolls, navigates, changes tabs. Waits until the page rests, and "
                       "says what came of it: the address, dialogs, new tabs, downloads. Set "
                       "snapshot to see the page afterwards.",
                   .annotations = {.destructive = true, .open_world = true},
                   .input_schema = act_schema,
                   .handle = handler(sessions, act),
                   .deadline = seconds(120)});
  tools.push_back({.name = "browser_session_list_tabs",
                   .title = "List tabs",
                   .description =
                       "Lists the open browser sessions and their tabs, with address and "
                       "title.",
                   .annotations = {.read_only = true},
                   .input_schema = tabs_schema,
                   .handle = handler(sessions, list_tabs)});
  tools.push_back({.name = "browser_session_close",
                   .title = "Close a browser session",
                   .description = "Closes a browser session with its tabs and cookies. Do it when "
                                  "the work is done.",
                   .annotations = {.idempotent = true},
                   .input_schema = close_schema,
                   .handle = handler(sessions, close_session)});
  tools.push_back({.name = "browser_prune_recordings",
                   .title = "Remove old recordings",
                   .description = "Removes recordings of browser sessions that are older than a "
                                  "day, or than the hours given.",
                   .annotations = {.destructive = true, .idempotent = true},
                   .input_schema = prune_schema,
                   .handle = handler(sessions, prune)});
  return tools;
}

}  // namespace mcp::browser
