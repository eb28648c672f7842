// What a user does with mouse and keyboard, on elements of a page. All throw base::Error that says
// what is in the way.
#pragma once

#include <string>
#include <vector>

#include "mcp/browser/page.h"

namespace mcp::browser {

net::Task<void> click(std::shared_ptr<Tab> tab, Element element, int count);
net::Task<void> hover(std::shared_ptr<Tab> tab, Element element);

// What is typed may be a password or the like: asked before a key is pressed.
struct Typed {
  bool is_secret = false;
  std::string value;  // what the field holds now; empty for a secret
};
using BeforeSecret = std::function<void()>;

// Replaces what is in the field.
net::Task<Typed> fill(std::shared_ptr<Tab> tab, Element element, std::string text,
                      const BeforeSecret& before_secret);
// Key by key, behind what is in the field.
net::Task<Typed> type(std::shared_ptr<Tab> tab, Element element, std::string text,
                      const BeforeSecret& before_secret);
// Into whatever has the focus.
net::Task<void> type_into_focus(std::shared_ptr<Tab> tab, std::string text,
                                const BeforeSecret& before_secret);
net::Task<void> press(std::shared_ptr<Tab> tab, std::string chord);

// The labels that are chosen then.
net::Task<std::string> select(std::shared_ptr<Tab> tab, Element element,
                              std::vector<std::string> values);
// False when it was so already.
net::Task<bool> set_checked(std::shared_ptr<Tab> tab, Element element, bool on);

struct Scrolled {
  int at = 0;
  int end = 0;
};
net::Task<Scrolled> scroll(std::shared_ptr<Tab> tab, std::optional<Element> element,
                           std::string direction);

}  // namespace mcp::browser
