// The tools that the official conformance suite asks a server for, on our own fronts:
// mcp_fixture [--http]; over HTTP it prints its port on stdout.
#include <cstdio>
#include <string_view>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mcp/http.h"
#include "mcp/stdio.h"

namespace {

namespace asio = boost::asio;
using mcp::CallContext;
using mcp::ToolResult;
using net::Task;

constexpr const char* no_arguments =
    R"({"type": "object", "properties": {}, "additionalProperties": false})";

constexpr const char* rich_schema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "$defs": {"address": {"$anchor": "addressDef", "type": "object",
    "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
  "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
    "contactMethod": {"type": "string", "enum": ["phone", "email"]},
    "phone": {"type": "string"}, "email": {"type": "string"}},
  "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
  "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
  "then": {"required": ["phone"]},
  "else": {"required": ["email"]},
  "additionalProperties": false
})";

Task<void> pause(asio::io_context& io, std::chrono::milliseconds time) {
  asio::steady_timer timer(io, time);
  co_await timer.async_wait(asio::use_awaitable);
}

// A red pixel.
std::string png() {
  constexpr unsigned char bytes[] = {
      0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,   0,    0,   13,   'I',  'H',
      'D',  'R',  0,    0,    0,    1,    0,    0,    0,   1,    8,   2,    0,    0,
      0,    0x90, 0x77, 0x53, 0xde, 0,    0,    0,    12,  'I',  'D', 'A',  'T',  8,
      0xd7, 'c',  0xf8, 0xcf, 0xc0, 0,    0,    3,    1,   1,    0,   0x18, 0xdd, 0x8d,
      0xb0, 0,    0,    0,    0,    'I',  'E',  'N',  'D', 0xae, 'B', '`',  0x82};
  return {reinterpret_cast<const char*>(bytes), sizeof bytes};
}

std::string wav() {
  return std::string("RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0", 24) +
         std::string("\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\0\0\0\0", 20);
}

mcp::EmbeddedResource resource(std::string uri) {
  return {.uri = std::move(uri),
          .mime_type = "text/plain",
          .text = "This is an embedded resource content."};
}

Task<ToolResult> simple_text(nlohmann::json, CallContext&) {
  co_return mcp::text_result("This is a simple text response for testing.");
}

Task<ToolResult> image(nlohmann::json, CallContext&) {
  co_return ToolResult{.content = {mcp::Image{png(), "image/png"}}};
}

Task<ToolResult> audio(nlohmann::json, CallContext&) {
  co_return ToolResult{.content = {mcp::Audio{wav(), "audio/wav"}}};
}

Task<ToolResult> embedded(nlohmann::json, CallContext&) {
  co_return ToolResult{.content = {resource("test://embedded-resource")}};
}

Task<ToolResult> mixed(nlohmann::json, CallContext&) {
  co_return ToolResult{.content = {mcp::Text{"Multiple content types test:"},
                                   mcp::Image{png(), "image/png"},
                                   resource("test://mixed-content-resource")}};
}

Task<ToolResult> logging(nlohmann::json, CallContext& call) {
  for (const char* text :
       {"Tool execution started", "Tool processing data", "Tool execution completed"}) {
    call.log(mcp::LogLevel::info, text);
    co_await pause(call.io, std::chrono::milliseconds(50));
  }
  co_return mcp::text_result("Logged three times.");
}

Task<ToolResult> progress(nlohmann::json, CallContext& call) {
  for (const double value : {0.0, 50.0, 100.0}) {
    call.progress(value, 100, "working");
    // A client that reads the last one together with the result drops it.
    co_await pause(call.io, std::chrono::milliseconds(value < 100 ? 50 : 500));
  }
  co_return mcp::text_result("Told of it three times.");
}

Task<ToolResult> failing(nlohmann::json, CallContext&) {
  co_return mcp::error_result("This tool intentionally returns an error for testing");
}

Task<ToolResult> slow(nlohmann::json arguments, CallContext& call) {
  co_await pause(call.io, std::chrono::milliseconds(arguments["milliseconds"].get<int>()));
  co_return mcp::text_result("Waited.");
}

mcp::Tool tool(const char* name, mcp::Handler handle, const char* schema = no_arguments) {
  return {.name = name,
          .title = name,
          .description = std::string("For the conformance suite: ") + name,
          .annotations = {.read_only = true},
          .input_schema = schema,
          .handle = std::move(handle)};
}

mcp::Server make_server(asio::io_context&) {
  mcp::Server server{.name = "fixture",
                     .title = "Fixture",
                     .version = "1.0",
                     .instructions = "For tests.",
                     .tools = {},
                     .close = {}};
  server.tools = {tool("test_simple_text", simple_text),
                  tool("test_image_content", image),
                  tool("test_audio_content", audio),
                  tool("test_embedded_resource", embedded),
                  tool("test_multiple_content_types", mixed),
                  tool("test_tool_with_logging", logging),
                  tool("test_logging_tool", logging),
                  tool("test_tool_with_progress", progress),
                  tool("test_error_handling", failing),
                  tool("json_schema_2020_12_tool", simple_text, rich_schema),
                  tool("test_slow", slow, R"({
                    "type": "object",
                    "properties": {"milliseconds": {"type": "integer", "minimum": 0}},
                    "required": ["milliseconds"], "additionalProperties": false})")};
  return server;
}

}  // namespace

int main(int argc, char** argv) {
  const bool is_http = argc > 1 && std::string_view(argv[1]) == "--http";
  if (!is_http) {
    mcp::serve_stdio(make_server);
    return 0;
  }
  mcp::serve_http(make_server, {.address = "127.0.0.1", .port = 0}, [](int port) {
    std::printf("%d\n", port);
    std::fflush(stdout);
  });
}
