// Steps on a page: go to an address, wait until it rests, run a script of ours in it, find an
// element again by its ref.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "mcp/browser/live_browser.h"
#include "mcp/browser/refs.h"

namespace mcp::browser {

enum class Stage { dom_content_loaded, load };

// Throws base::Error when the address is not to be visited or nothing is shown of it. Reaching
// the stage too late is told by the result.
net::Task<bool> go_to(Context& context, std::shared_ptr<Tab> tab, std::string url, Stage stage,
                      milliseconds deadline);

// The error names what is wrong with an address before anything is sent.
base::Result<std::string> check_address(std::string_view text);

// Waits after an action until what it has begun is done: a navigation, requests. Never longer than
// some seconds.
net::Task<void> settle(std::shared_ptr<Tab> tab);

// An element that is there now.
struct Element {
  Frame frame;
  FrameKey key;
  int64_t dom_node = 0;
  std::string object;  // in our world of its document
  std::string label;
};

// Throws base::Error that says to take a new snapshot when the element is gone.
net::Task<Element> find_element(std::shared_ptr<Tab> tab, Ref ref, int number);

// Our own script context in a frame's document, which the page's scripts cannot change.
net::Task<int64_t> world_of(std::shared_ptr<Tab> tab, FrameKey key);

// Calls `function` with `this` the element; what it returns comes by value. Throws base::Error.
net::Task<cdp::Params> call_on(std::shared_ptr<Tab> tab, Element element, std::string_view function,
                               cdp::Params arguments = cdp::Params::array(),
                               milliseconds deadline = milliseconds(10'000));

// The value of an expression in our world of the frame. Throws base::Error.
net::Task<cdp::Params> evaluate(std::shared_ptr<Tab> tab, FrameKey key, std::string expression,
                                milliseconds deadline = milliseconds(10'000));

// The keys of all frames whose documents are known, the page's first.
std::vector<FrameKey> frame_keys(const Tab& tab);

// A page whose script does not end has it stopped, so that the next step finds it answering.
void stop_script(Tab& tab);

// "late" and "gone" in words for the model.
[[noreturn]] void fail(const Tab& tab, const std::string& what, const cdp::Failure& failure);

}  // namespace mcp::browser
