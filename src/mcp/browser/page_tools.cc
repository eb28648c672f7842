#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "html/page.h"
#include "mcp/browser/act.h"
#include "mcp/browser/capture.h"
#include "mcp/browser/tools.h"
#include "mcp/fetch/slice.h"
#include "net/pdf_text.h"
#include "protocol/json/text.h"
#include "sys/clock.h"
#include "sys/files.h"

namespace mcp::browser {
namespace {

using net::Task;
using Json = nlohmann::json;
using Shared = std::shared_ptr<Sessions>;

constexpr size_t most_pdf_text = 100'000;

// The tab that a call is about: a session's, or one of its own that goes with the call.
struct Subject {
  std::shared_ptr<Session> session;  // null: of its own
  std::shared_ptr<Context> context;
  std::shared_ptr<Tab> tab;
  std::unique_ptr<Turn::Held> held = {};
  std::string notes = {};
};

Task<void> resize(std::shared_ptr<Tab> tab, int width, int height) {
  const cdp::Params params{
      {"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}};
  const auto answer = co_await tab->call("Emulation.setDeviceMetricsOverride", params);
  if (!answer) fail(*tab, "the window cannot be made so large", answer.error());
}

Task<void> wait_for_selector(std::shared_ptr<Tab> tab, std::string selector,
                             Clock::time_point until) {
  const std::string question = "!!document.querySelector(" + json::quoted(selector) + ")";
  while (true) {
    FrameKey key{tab->target(), tab->main().loader};
    std::string expression = question;
    const Json found = co_await evaluate(tab, std::move(key), std::move(expression));
    if (found.is_boolean() && found.get<bool>()) co_return;
    if (Clock::now() >= until || tab->is_closed)
      throw base::Error("nothing on " + tab->main().url + " matches \"" + selector + "\"",
                        "the time to wait for it is over", "try another selector, or none");
    co_await pause(tab->connection().io(), milliseconds(150));
  }
}

Task<Subject> subject_of(Shared sessions, const Json& arguments) {
  Subject subject;
  const std::string id = arguments.value("session_id", std::string());
  const std::string url = arguments.value("url", std::string());
  if (id.empty() == url.empty())
    throw base::Error("give either url or session_id", {}, {}, base::Exit::usage);
  const auto time = seconds(arguments.value("timeout_seconds", 30));
  const auto until = Clock::now() + time;
  if (!id.empty()) {
    subject.session = sessions->find(id);
    Turn::Held held = co_await subject.session->turn->take(until);
    if (!held) throw base::Error("the session is busy with another call", {}, "try again");
    subject.held = std::make_unique<Turn::Held>(std::move(held));
    subject.context = subject.session->context;
    subject.tab = current_tab(*subject.session);
  } else {
    subject.context = co_await sessions->one_shot();
    subject.tab = co_await subject.context->open_tab();
    const int width = arguments.value("width", 0);
    const int height = arguments.value("height", 0);
    if (width > 0 || height > 0)
      co_await resize(subject.tab, width > 0 ? width : 1280, height > 0 ? height : 800);
    const Stage stage = arguments.value("wait_until", std::string()) == "load"
                            ? Stage::load
                            : Stage::dom_content_loaded;
    std::string address = url;
    const bool reached =
        co_await go_to(*subject.context, subject.tab, std::move(address), stage, time);
    if (!reached) subject.notes += "Note: the page was still loading when it was read.\n";
  }
  std::string selector = arguments.value("wait_for_selector", std::string());
  if (!selector.empty())
    co_await wait_for_selector(subject.tab, std::move(selector), until);
  else if (id.empty())
    co_await settle(subject.tab);
  for (const std::string& news : subject.tab->take_news()) subject.notes += "Note: " + news + "\n";
  if (subject.tab->status >= 400)
    subject.notes += fmt::format("Note: the server answered {}.\n", subject.tab->status);
  co_return subject;
}

std::string head_of(const Subject& subject) {
  std::string text = subject.tab->main().url.substr(0, 2000) + "\n";
  if (!subject.tab->title.empty()) text += "Title: " + subject.tab->title.substr(0, 300) + "\n";
  return text + subject.notes;
}

Task<ToolResult> render_markdown(Shared sessions, Json arguments) {
  const Subject subject = co_await subject_of(sessions, arguments);
  const Markup markup = co_await read_markup(subject.tab);
  html::Options options;
  options.url = markup.address;
  options.main_content = arguments.value("main_content", true);
  const html::Page page = html::to_markdown(markup.html, options);
  const auto start = arguments.value("start_index", size_t{0});
  const auto length = arguments.value("max_length", size_t{20'000});
  const auto slice = fetch::slice_of(page.markdown, start, length);
  std::string text = head_of(subject);
  if (start > 0 && start >= slice.total)
    co_return error_result(fmt::format(
        "start_index {} is behind the end: the text has {} characters", start, slice.total));
  if (page.main_content)
    text += "This is the main content; main_content=false shows the whole page.\n";
  if (markup.truncated || page.truncated) text += "Note: the page is too large to be read whole.\n";
  if (slice.total == 0) co_return text_result(text + "It has no text.\n");
  if (!slice.is_last() || slice.begin > 0)
    text += fmt::format("Characters {} to {} of {}.", slice.begin, slice.end, slice.total);
  if (!slice.is_last())
    text += fmt::format(" MORE FOLLOWS: call again with start_index={}.", slice.end);
  if (!text.ends_with('\n')) text += '\n';
  co_return text_result(text + page_text(slice.text));
}

Task<ToolResult> screenshot(Shared sessions, Json arguments) {
  const Subject subject = co_await subject_of(sessions, arguments);
  Area area = arguments.value("full_page", false) ? Area::page : Area::view;
  std::optional<Element> element;
  if (const std::string ref = arguments.value("ref", std::string()); !ref.empty()) {
    const auto number = parse_ref(ref);
    const Ref* found = number && subject.session ? subject.session->refs.find(*number) : nullptr;
    if (found == nullptr)
      throw base::Error("there is no element \"" + ref + "\"", {},
                        "give session_id and a ref of its last browser_snapshot");
    Ref wanted = *found;
    element = co_await find_element(subject.tab, std::move(wanted), *number);
    area = Area::element;
  }
  std::string format = arguments.value("format", std::string("png"));
  Pictures pictures =
      co_await take_pictures(subject.tab, area, std::move(element), std::move(format));
  ToolResult result = text_result(head_of(subject) + pictures.note);
  for (Picture& picture : pictures.list)
    result.content.emplace_back(Image{std::move(picture.bytes), picture.mime_type});
  co_return result;
}

// Letters, digits and a few marks, so that it is a name in our folder and nothing else.
std::string file_name(const std::string& wanted, const std::string& url) {
  std::string name = wanted;
  if (name.empty()) {
    const size_t host = url.find("://");
    name = host == std::string::npos ? "page" : url.substr(host + 3, 80);
    name += "-" + sys::now_utc();
  }
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_';
    if (!plain) c = '-';
  }
  name.erase(0, name.find_first_not_of(".-"));
  if (name.size() > 120) name.resize(120);
  if (name.empty()) name = "page";
  return name.ends_with(".pdf") ? name : name + ".pdf";
}

Task<ToolResult> pdf(Shared sessions, Json arguments) {
  const Subject subject = co_await subject_of(sessions, arguments);
  PrintOptions options{.landscape = arguments.value("landscape", false),
                       .background = arguments.value("background", true),
                       .paper = arguments.value("paper", std::string("a4")),
                       .pages = arguments.value("pages", std::string())};
  std::string bytes = co_await print_pdf(subject.tab, std::move(options));
  const size_t size = bytes.size();
  std::string text = head_of(subject);
  if (arguments.value("output", std::string("file")) == "text") {
    const auto read = co_await net::pdf_text(sessions->io(), std::move(bytes));
    if (!read)
      throw base::Error("the PDF's text cannot be read",
                        read.error() == net::PdfProblem::not_installed
                            ? "pdftotext is not installed"
                            : "it has none",
                        "use output=file");
    co_return text_result(text + page_text(fetch::slice_of(*read, 0, most_pdf_text).text));
  }
  const std::filesystem::path path =
      sessions->options().output /
      file_name(arguments.value("name", std::string()), subject.tab->main().url);
  sys::write_atomically(path, bytes, 0600);
  text += fmt::format("PDF of {} KB: {}\n", (size + 1023) / 1024, path.string());
  co_return text_result(text);
}

using Call = Task<ToolResult> (*)(Shared, Json);
Handler handler(const Shared& sessions, Call call) {
  return [sessions, call](Json arguments, CallContext&) {
    return call(sessions, std::move(arguments));
  };
}

// What all three take.
constexpr const char* subject_schema = R"(
    "url": {"type": "string", "maxLength": 8000,
      "description": "the page; it is loaded in a private window that leaves nothing behind"},
    "session_id": {"type": "string", "description": "instead of url: the page of this session"},
    "wait_until": {"type": "string", "enum": ["domcontentloaded", "load"],
      "default": "domcontentloaded"},
    "wait_for_selector": {"type": "string", "maxLength": 500,
      "description": "a CSS selector to wait for, when scripts write what is wanted"},
    "timeout_seconds": {"type": "integer", "minimum": 1, "maximum": 60, "default": 30},
)";

std::string schema_of(const std::string& own) {
  return std::string(R"({"type": "object", "properties": {)") + subject_schema + own +
         R"(}, "additionalProperties": false})";
}

constexpr const char* markdown_schema = R"(
    "main_content": {"type": "boolean", "default": true,
      "description": "false: also navigation, asides and footers"},
    "start_index": {"type": "integer", "minimum": 0, "default": 0,
      "description": "the character to begin with, as the end of a cut answer says"},
    "max_length": {"type": "integer", "minimum": 100, "maximum": 100000, "default": 20000}
)";

constexpr const char* screenshot_schema = R"(
    "full_page": {"type": "boolean", "default": false,
      "description": "the whole page, in up to four pictures, instead of what is in the window"},
    "ref": {"type": "string", "maxLength": 40,
      "description": "only this element of the session's page, such as e12"},
    "format": {"type": "string", "enum": ["png", "jpeg", "webp"], "default": "png"},
    "width": {"type": "integer", "minimum": 200, "maximum": 3000,
      "description": "of the window, with url; 1280 otherwise, 390 for a phone"},
    "height": {"type": "integer", "minimum": 200, "maximum": 3000,
      "description": "of the window, with url; 800 otherwise"}
)";

constexpr const char* pdf_schema = R"(
    "output": {"type": "string", "enum": ["file", "text"], "default": "file",
      "description": "a file, whose path is returned, or the text of the print"},
    "name": {"type": "string", "maxLength": 100, "description": "of the file"},
    "landscape": {"type": "boolean", "default": false},
    "background": {"type": "boolean", "default": true, "description": "print colours and pictures behind the text"},
    "paper": {"type": "string", "enum": ["a4", "letter", "a3"], "default": "a4"},
    "pages": {"type": "string", "maxLength": 100, "description": "such as 1-3, 5"}
)";

}  // namespace

std::vector<Tool> page_tools(const Shared& sessions) {
  std::vector<Tool> tools;
  tools.push_back(
      {.name = "browser_render_markdown",
       .title = "Read a page in a browser",
       .description = "Reads a page that scripts write, or that refuses web_fetch, as Markdown: it "
                      "is rendered in a real browser, with its frames. Long pages come in parts.",
       .annotations = {.read_only = true, .open_world = true},
       .input_schema = schema_of(markdown_schema),
       .handle = handler(sessions, render_markdown),
       .max_result_chars = 110'000,
       .deadline = seconds(100)});
  tools.push_back({.name = "browser_screenshot",
                   .title = "Take a picture of a page",
                   .description =
                       "Shows what a page looks like: the window, the whole page, or one element "
                       "of a session's page. Use it to check layout and pictures; to read or act, "
                       "browser_snapshot is shorter and exact.",
                   .annotations = {.read_only = true, .open_world = true},
                   .input_schema = schema_of(screenshot_schema),
                   .handle = handler(sessions, screenshot),
                   .deadline = seconds(100)});
  tools.push_back({.name = "browser_pdf",
                   .title = "Print a page",
                   .description =
                       "Prints a page to a PDF file and returns its path, or returns the "
                       "text of the print.",
                   .annotations = {.idempotent = true, .open_world = true},
                   .input_schema = schema_of(pdf_schema),
                   .handle = handler(sessions, pdf),
                   .max_result_chars = 110'000,
                   .deadline = seconds(120)});
  return tools;
}

}  // namespace mcp::browser
