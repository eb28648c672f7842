#include "mcp/wire.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "protocol/json/text.h"

namespace mcp {
namespace {

constexpr std::array<std::string_view, 8> level_names = {
    "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"};

void member(std::string& out, std::string_view name, std::string_view json) {
  if (!out.empty() && out.back() != '{') out += ',';
  out.append(json::quoted(name)).append(":").append(json);
}

void text_member(std::string& out, std::string_view name, std::string_view text) {
  member(out, name, json::quoted(text));
}

std::string compact(std::string_view json) {
  std::string text;
  json::append_compact(text, json);
  return text;
}

std::string annotations_of(const Tool& tool) {
  const auto word = [](bool value) { return value ? "true" : "false"; };
  std::string out = "{";
  member(out, "readOnlyHint", word(tool.annotations.read_only));
  if (!tool.annotations.read_only) {
    member(out, "destructiveHint", word(tool.annotations.destructive));
    member(out, "idempotentHint", word(tool.annotations.idempotent));
  }
  member(out, "openWorldHint", word(tool.annotations.open_world));
  return out + "}";
}

std::string tool_entry(const Tool& tool) {
  std::string out = "{";
  text_member(out, "name", tool.name);
  text_member(out, "title", tool.title);
  text_member(out, "description", tool.description);
  member(out, "inputSchema", compact(tool.input_schema));
  if (!tool.output_schema.empty()) member(out, "outputSchema", compact(tool.output_schema));
  member(out, "annotations", annotations_of(tool));
  if (tool.max_result_chars > 0)
    member(out, "_meta",
           R"({"anthropic/maxResultSizeChars":)" + std::to_string(tool.max_result_chars) + "}");
  return out + "}";
}

std::string media(std::string_view type, const std::string& bytes, const std::string& mime_type) {
  std::string out = "{";
  text_member(out, "type", type);
  member(out, "data", "\"" + base::encode_base64(bytes) + "\"");
  text_member(out, "mimeType", mime_type);
  return out + "}";
}

std::string block_of(const Text& block) {
  std::string out = "{";
  text_member(out, "type", "text");
  text_member(out, "text", block.text);
  return out + "}";
}

std::string block_of(const Image& block) {
  return media("image", block.bytes, block.mime_type);
}

std::string block_of(const Audio& block) {
  return media("audio", block.bytes, block.mime_type);
}

std::string block_of(const EmbeddedResource& block) {
  std::string resource = "{";
  text_member(resource, "uri", block.uri);
  text_member(resource, "mimeType", block.mime_type);
  text_member(resource, "text", block.text);
  std::string out = "{";
  text_member(out, "type", "resource");
  member(out, "resource", resource + "}");
  return out + "}";
}

std::string block_of(const ResourceLink& block) {
  std::string out = "{";
  text_member(out, "type", "resource_link");
  text_member(out, "uri", block.uri);
  text_member(out, "name", block.name);
  if (!block.mime_type.empty()) text_member(out, "mimeType", block.mime_type);
  return out + "}";
}

}  // namespace

std::string server_info(const Server& server) {
  std::string out = "{";
  text_member(out, "name", server.name);
  text_member(out, "title", server.title);
  text_member(out, "version", server.version);
  return out + "}";
}

std::string tool_list(const Server& server) {
  std::string out = "[";
  for (const Tool& tool : server.tools)
    out.append(out.size() > 1 ? "," : "").append(tool_entry(tool));
  return out + "]";
}

std::string result_members(const ToolResult& result) {
  std::string blocks = "[";
  for (const Content& content : result.content) {
    if (blocks.size() > 1) blocks += ',';
    blocks += std::visit([](const auto& block) { return block_of(block); }, content);
  }
  std::string structured;
  if (!result.structured.is_null())
    structured =
        result.structured.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  // For clients that know no structured content.
  if (!structured.empty() && result.content.empty()) blocks += block_of(Text{structured});
  std::string out;
  member(out, "content", blocks + "]");
  if (!structured.empty()) member(out, "structuredContent", structured);
  if (result.is_error) member(out, "isError", "true");
  return out;
}

std::string_view name_of(LogLevel level) {
  return level_names.at(static_cast<size_t>(level));
}

std::optional<LogLevel> log_level(std::string_view name) {
  const auto found = std::ranges::find(level_names, name);
  if (found == level_names.end()) return {};
  return static_cast<LogLevel>(found - level_names.begin());
}

}  // namespace mcp
