// Whatever lines come, each answer is one line of JSON-RPC, a call is answered once and no id is
// open twice; a line reader gives the same lines wherever the stream is cut.
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "fuzz/expect.h"
#include "mcp/line_reader.h"
#include "mcp/session.h"

namespace {

constexpr size_t longest_line = 4096;

mcp::Server make_server() {
  mcp::Server server{.name = "fuzz",
                     .title = "Fuzz",
                     .version = "1",
                     .instructions = "",
                     .tools = {},
                     .close = {}};
  server.tools.push_back({.name = "tool",
                          .title = "Tool",
                          .description = "A tool.",
                          .input_schema = R"({"type":"object","properties":{
                            "text":{"type":"string","maxLength":5},
                            "count":{"type":"integer","minimum":1,"maximum":9,"default":2},
                            "list":{"type":"array","items":{"type":["number","null"]}},
                            "word":{"type":"string","enum":["a","b"]}
                          },"required":["text"],"additionalProperties":false})",
                          .handle = {}});
  return server;
}

void check_message(const std::string& message) {
  if (message.empty()) return;
  expect(message.find('\n') == message.npos, "more than one line");
  const auto value = nlohmann::json::parse(message, nullptr, false);
  expect(value.is_object() && value["jsonrpc"] == "2.0", "no JSON-RPC message");
}

std::vector<std::string> lines_of(std::string_view text, size_t step) {
  std::vector<std::string> lines;
  mcp::LineReader reader(longest_line);
  const auto on_line = [&](std::string_view line) { lines.emplace_back(line); };
  for (size_t at = 0; at < text.size(); at += step)
    reader.feed(text.substr(at, step), on_line, [&] { lines.emplace_back("too long"); });
  reader.end(on_line);
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  static const mcp::Server server = make_server();
  const std::string_view text = text_of(data, size);
  const auto lines = lines_of(text, 1 + size % 7);
  expect(lines == lines_of(text, size + 1), "the cuts matter");
  mcp::Session session(server);
  std::set<std::uint64_t> open;
  for (const std::string& line : lines) {
    const mcp::Received got = session.receive(line);
    check_message(got.reply);
    expect((got.error != 0) <= !got.reply.empty(), "an error without words");
    if (got.cancelled) expect(open.erase(*got.cancelled) == 1, "cancelled what was not open");
    if (got.call) {
      expect(got.call->tool == &server.tools.front(), "another tool");
      expect(got.call->arguments["text"].is_string(), "arguments that were not checked");
      expect(got.call->arguments["count"].is_number_integer(), "no default");
      expect(open.insert(got.call->number).second, "a number twice");
      check_message(session.progress(got.call->number, 1, 2, line));
      check_message(session.log(got.call->number, mcp::LogLevel::error, line));
    }
    if (got.subscription) open.insert(*got.subscription);
    if (open.size() > 3) {
      check_message(session.finish(*open.begin(), mcp::text_result(line)));
      expect(session.finish(*open.begin(), mcp::text_result(line)).empty(), "answered twice");
      open.erase(open.begin());
    }
  }
  return 0;
}
