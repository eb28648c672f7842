// What a server is made of: a table of tools, each with its description, schema and handler. The
// fronts (stdio.h) and the session know nothing else of it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "net/task.h"

namespace mcp {

// Blocks of a result. Text need not be UTF-8: what is not becomes U+FFFD. `bytes` are raw.
struct Text {
  std::string text;
};
struct Image {
  std::string bytes;
  std::string mime_type;
};
struct Audio {
  std::string bytes;
  std::string mime_type;
};
struct EmbeddedResource {
  std::string uri;
  std::string mime_type;
  std::string text;
};
struct ResourceLink {
  std::string uri;
  std::string name;
  std::string mime_type;  // may be empty
};
using Content = std::variant<Text, Image, Audio, EmbeddedResource, ResourceLink>;

struct ToolResult {
  std::vector<Content> content;
  // Only with an output schema. Claude Code shows the model this alone and drops the text.
  nlohmann::ordered_json structured = {};
  bool is_error = false;
};

ToolResult text_result(std::string text);
// What went wrong and what to try instead: the model reads it and acts on it.
ToolResult error_result(std::string text);

enum class LogLevel { debug, info, notice, warning, error, critical, alert, emergency };

// A call under way. A client that cancels, or leaves, sets `is_cancelled` and ends the Asio wait
// that the handler is in (operation_aborted); what the handler then returns is dropped.
struct CallContext {
  boost::asio::io_context& io;
  // How far the call is, for the user to see; the value only grows. total 0: not known.
  std::function<void(double value, double total, std::string_view text)> progress;
  std::function<void(LogLevel level, std::string_view text)> log;
  bool is_cancelled = false;
};

// Arguments have been checked against the schema and filled up with its defaults. A base::Error
// becomes an error result with its line. The function object outlives all calls, so a handler may
// be a lambda with captures.
using Handler = std::function<net::Task<ToolResult>(nlohmann::json arguments, CallContext& call)>;

// Hints for the client. Claude Code runs read-only tools at the same time and in plan mode.
struct Annotations {
  bool read_only = false;
  bool destructive = false;
  bool idempotent = false;
  bool open_world = false;
};

struct Tool {
  std::string name;
  std::string title;
  // At most 2048 bytes; the first sentence says when to use it.
  std::string description;
  Annotations annotations = {};
  // JSON texts. The input is an object with "additionalProperties": false; arguments.h has the
  // keywords that may be used.
  std::string input_schema;
  std::string output_schema = {};
  Handler handle;
  // Longer results are cut by Claude Code unless this is told (at most 500000). 0: not told.
  int max_result_chars = 0;
  // A call that takes longer is ended with an error result.
  std::chrono::seconds deadline{60};
};

struct Server {
  std::string name;   // "autosre-fetch"
  std::string title;  // "Web pages"
  std::string version;
  std::string instructions;  // at most 2048 bytes; the first sentence says when to use it
  std::vector<Tool> tools;   // listed in this order
  // Called once at the end, awaited for a few seconds; may be empty.
  std::function<net::Task<void>()> close = {};
};

}  // namespace mcp
