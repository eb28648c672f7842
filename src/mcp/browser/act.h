// One step of browser_act: what is to be done, doing it, and what came of it in words.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mcp/browser/page.h"
#include "mcp/browser/sessions.h"

namespace mcp::browser {

struct Act {
  std::string action;
  std::string ref;
  std::string text;
  std::string key;
  std::vector<std::string> values;
  std::string url;
  std::string direction;
  int tab = 0;
  DialogPolicy dialogs;
  double wait_seconds = 0;  // 0: not given
  bool until_gone = false;
  bool submit = false;
};

// From arguments that fit the tool's schema (pure). Throws base::Error when the action lacks what
// it needs.
Act decode_act(const nlohmann::json& arguments);

// Does it and waits until the page rests. Throws base::Error when it could not be done.
net::Task<std::string> perform(std::shared_ptr<Session> session, Act act);

// What the page and its tabs are now, in a few lines: address, title, tabs, news.
std::string state_of(Session& session);

// The tab in front. Throws base::Error when there is none.
std::shared_ptr<Tab> current_tab(Session& session);

}  // namespace mcp::browser
