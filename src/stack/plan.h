// Which processes the local stack consists of, as values. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace stack {

// Everything decided: what `start` was asked for, completed by the catalog.
struct Settings {
  std::filesystem::path program;  // this program's own file
  std::filesystem::path engine;   // llama-server; unused with an upstream
  std::filesystem::path model_path;
  std::string model;                      // the name under which it is served
  int context_length = 0;                 // tokens of one conversation
  int slots = 1;                          // conversations at a time, each with its own window
  std::vector<std::string> engine_flags;  // the catalog's
  std::string upstream;  // an OpenAI-compatible server instead of the engine; empty: none
  int api_port = 0;
  int proxy_port = 0;
  int codex_proxy_port = 0;
};

struct Child {
  std::string name;
  std::vector<std::string> argv;
  std::string url;
  bool reports_backend = false;  // its /health tells the state of what it stands before
};

std::string api_url(const Settings& settings);
std::string proxy_url(const Settings& settings);
std::string codex_proxy_url(const Settings& settings);

// In the order of starting; stopped in the reverse order.
std::vector<Child> plan_children(const Settings& settings);

}  // namespace stack
