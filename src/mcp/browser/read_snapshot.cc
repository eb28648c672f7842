#include "mcp/browser/read_snapshot.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr size_t max_frames = 25;
constexpr milliseconds read_deadline{15'000};
// A page of more elements is not read: the browser's answer, some 4 KB for each, would be too long.
constexpr int64_t max_elements = 20'000;

class Reader {
 public:
  explicit Reader(std::shared_ptr<Tab> tab) : tab_(std::move(tab)) {}
  Task<std::vector<FrameView>> run();

 private:
  Task<void> read(FrameView& view);
  Task<void> read_clickable(std::string session);
  Task<void> find_inner(size_t at);
  Task<std::string> frame_in(std::string session, int64_t dom_node);

  std::shared_ptr<Tab> tab_;
  std::vector<FrameView> views_;
  // Node ids are unique in a session.
  std::map<std::string, std::unordered_set<int64_t>> clickable_;
};

Task<std::vector<FrameView>> Reader::run() {
  views_.push_back(
      {.key = {tab_->target(), tab_->main().loader}, .tree = {}, .clickable = {}, .inner = {}});
  for (size_t at = 0; at < views_.size(); ++at) {
    FrameView view = std::move(views_[at]);
    std::string problem;
    try {
      co_await read(view);
    } catch (const base::Error& error) {
      if (at == 0) throw;
      problem = error.line();
    }
    view.problem = problem.empty() ? view.problem : "this frame cannot be read: " + problem;
    views_[at] = std::move(view);
    co_await find_inner(at);
  }
  co_return std::move(views_);
}

Task<void> Reader::read(FrameView& view) {
  const auto frame = tab_->frames().find(view.key.frame);
  if (frame == tab_->frames().end() || view.key.loader.empty())
    throw base::Error("it has no document yet");
  const std::string session = frame->second.session;
  const cdp::Params counted =
      co_await evaluate(tab_, view.key, "document.getElementsByTagName('*').length", read_deadline);
  const int64_t elements = counted.is_number() ? counted.get<int64_t>() : 0;
  if (elements > max_elements) {
    view.problem = fmt::format(
        "the page has {} elements, too many to be read as controls; use browser_render_markdown "
        "with session_id for its text",
        elements);
    co_return;
  }
  if (!clickable_.contains(session)) co_await read_clickable(session);
  view.clickable = clickable_[session];
  cdp::Params params{{"frameId", view.key.frame}};
  auto answer = co_await tab_->connection().call(session, "Accessibility.getFullAXTree", params,
                                                 read_deadline);
  if (!answer) {
    if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab_);
    fail(*tab_, "the page cannot be read", answer.error());
  }
  view.tree = decode_ax_tree((*answer)->body);
}

// Without it only what looks like no control is missing.
Task<void> Reader::read_clickable(std::string session) {
  const cdp::Params params{{"computedStyles", {"cursor"}}};
  const auto answer = co_await tab_->connection().call(session, "DOMSnapshot.captureSnapshot",
                                                       params, read_deadline);
  clickable_[std::move(session)] =
      answer ? decode_clickable((*answer)->body) : std::unordered_set<int64_t>();
}

Task<void> Reader::find_inner(size_t at) {
  std::vector<int64_t> holders;
  for (const AxNode& node : views_[at].tree.nodes)
    if (node.role == "Iframe" || node.role == "IframePresentational")
      holders.push_back(node.dom_node);
  const auto frame = tab_->frames().find(views_[at].key.frame);
  if (frame == tab_->frames().end()) co_return;
  const std::string session = frame->second.session;
  for (const int64_t holder : holders) {
    if (views_.size() >= max_frames) co_return;
    const std::string id = co_await frame_in(session, holder);
    const auto inner = tab_->frames().find(id);
    if (inner == tab_->frames().end()) continue;
    views_[at].inner[holder] = views_.size();
    views_.push_back({.key = {id, inner->second.loader}, .tree = {}, .clickable = {}, .inner = {}});
  }
}

Task<std::string> Reader::frame_in(std::string session, int64_t dom_node) {
  const cdp::Params params{{"backendNodeId", dom_node}, {"depth", 0}};
  const auto answer = co_await tab_->connection().call(session, "DOM.describeNode", params);
  co_return answer ? (*answer)->body["node"]["frameId"].string() : std::string();
}

}  // namespace

Task<std::vector<FrameView>> read_frames(std::shared_ptr<Tab> tab) {
  Reader reader(std::move(tab));
  co_return co_await reader.run();
}

}  // namespace mcp::browser
