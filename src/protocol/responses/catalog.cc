#include "protocol/responses/catalog.h"

#include <algorithm>

#include "protocol/json/text.h"

namespace responses {
namespace {

// Codex has its own for OpenAI's models; for others the catalog must bring one.
constexpr std::string_view base_instructions =
    "You are Codex, a coding agent in the user's terminal. You work on their machine, in their "
    "repository, with the tools you are given.\n\n"
    "- Do what is asked, all of it, and go on until it is done and checked; ask only when you "
    "cannot "
    "find out yourself. Asked a question, answer it and change nothing.\n"
    "- Look before you act: read the files that matter (`rg` finds text and files fast) instead of "
    "guessing. Follow AGENTS.md and the style that is there.\n"
    "- Change files with apply_patch where you have it, in small steps. Fix causes, not symptoms. "
    "Leave alone what is not part of the task, above all changes of the user's; never undo or "
    "delete work that is not yours, and commit only when asked.\n"
    "- Run what shows that it works (tests, the build, the program) and say honestly what you ran "
    "and what came. If a command fails, read its output before you try again.\n"
    "- Call tools in the form they declare. Do not write a call out as text.\n"
    "- Before a longer piece of work say in one sentence what you will do. At the end say briefly "
    "what changed and where (path:line), and what is left.";

// Codex summarises when the last answer ended beyond this: the next one must still fit.
int64_t compact_limit(int64_t window) {
  constexpr int64_t most_reserved = 16384;
  return std::min(window / 10 * 9, window - std::min(window / 4, most_reserved));
}

std::string catalog_entry(const ServedModel& model) {
  std::string out = R"({"slug":)" + json::quoted(model.label);
  out += R"(,"display_name":)" + json::quoted(model.name);
  out += R"(,"description":"served on this machine","priority":0,"visibility":"list")";
  out += R"(,"supported_in_api":true,"shell_type":"unified_exec")";
  out += R"(,"supported_reasoning_levels":[{"effort":"none","description":"answers at once"},)";
  out += R"({"effort":"low","description":"thinks a little"},)";
  out += R"({"effort":"medium","description":"thinks"},)";
  out += R"({"effort":"high","description":"thinks long"}])";
  out += R"(,"support_verbosity":false,"apply_patch_tool_type":"freeform")";
  out += R"(,"truncation_policy":{"mode":"tokens","limit":10000})";
  out += R"(,"supports_parallel_tool_calls":true,"supports_search_tool":false)";
  out += R"(,"experimental_supported_tools":[],"input_modalities":["text")";
  if (model.vision) out += R"(,"image")";
  out += ']';
  if (model.window > 0) {
    const std::string window = std::to_string(model.window);
    out += R"(,"context_window":)" + window + R"(,"max_context_window":)" + window;
    out += R"(,"auto_compact_token_limit":)" + std::to_string(compact_limit(model.window));
  }
  out += R"(,"base_instructions":)" + json::quoted(base_instructions);
  return out + "}";
}

}  // namespace

std::string encode_model(const ServedModel& model) {
  std::string out = R"({"id":)" + json::quoted(model.label);
  out += R"(,"object":"model","created":0,"owned_by":"autosre")";
  if (model.window > 0) {
    const std::string window = std::to_string(model.window);
    out += R"(,"context_window":)" + window + R"(,"max_model_len":)" + window;
  }
  return out + "}";
}

std::string encode_models(const ServedModel& model) {
  return R"({"object":"list","data":[)" + encode_model(model) + R"(],"models":[)" +
         catalog_entry(model) + "]}";
}

}  // namespace responses
