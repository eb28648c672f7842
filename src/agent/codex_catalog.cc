#include "agent/codex_catalog.h"

#include <nlohmann/json.hpp>

#include "agent/claude_models.h"

namespace agent {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* lean_instructions =
    "You are a coding agent in a terminal. Work with the tools: look before you change, search "
    "with rg or grep, read a file before you edit it, edit with apply_patch, and run what you "
    "changed. Make the smallest change that does the task. Answer briefly.";

bool has_slug(const Json& models, const std::string& slug) {
  for (const Json& entry : models)
    if (entry.is_object() && entry.contains("slug") && entry["slug"] == slug) return true;
  return false;
}

void shorten(Json& models) {
  for (Json& entry : models) {
    if (!entry.is_object()) continue;
    entry["base_instructions"] = lean_instructions;
    entry.erase("model_messages");
  }
}

}  // namespace

base::Result<CodexModel> choose_codex_model(std::string_view body, Tools tools) {
  const auto served = parse_models(body);
  if (!served) return std::unexpected(served.error());
  if (served->empty()) return std::unexpected("it serves no model");
  const ServedModel& first = served->front();
  Json catalog = {{"models", Json::parse(body)["models"]}};
  if (!has_slug(catalog["models"], first.id))
    return std::unexpected("its /v1/models has no entry for Codex about '" + first.id + "'");
  if (tools == Tools::few) shorten(catalog["models"]);
  return CodexModel{.label = first.id, .window = first.window, .catalog = catalog.dump(1) + "\n"};
}

}  // namespace agent
