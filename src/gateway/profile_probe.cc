#include "gateway/profile_probe.h"

#include <chrono>
#include <optional>

#include "protocol/json/document.h"
#include "protocol/json/text.h"

namespace gateway {
namespace {

using net::Task;
using translate::Engine;
using translate::ModelProfile;

constexpr std::chrono::seconds patience{10};

// A system message between two turns; the marks show what the template made of it.
constexpr std::string_view system_inside =
    R"([{"role":"user","content":"first-mark"},{"role":"assistant","content":"b"},)"
    R"({"role":"system","content":"system-mark"},{"role":"user","content":"last-mark"}])";
constexpr std::string_view without_system =
    R"([{"role":"user","content":"first-mark"},{"role":"assistant","content":"b"},)"
    R"({"role":"user","content":"last-mark"}])";
constexpr std::string_view two_users =
    R"([{"role":"user","content":"a"},{"role":"user","content":"b"}])";
constexpr std::string_view one_pixel =
    R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,)"
    R"(iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}}]}])";

// What an endpoint made of a conversation: the rendered prompt (llama.cpp) or its length (vLLM).
struct Rendered {
  std::string text;
  int64_t tokens = 0;
};

Task<std::optional<Rendered>> render(net::UpstreamPool& pool, ModelProfile profile,
                                     std::string_view messages) {
  const bool vllm = profile.engine == Engine::vllm;
  std::string body = "{\"model\":" + json::quoted(profile.model) + ",\"messages\":";
  body += messages;
  body += '}';
  const std::string path = vllm ? "/tokenize" : "/apply-template";
  auto reply = co_await net::fetch(pool, "POST", path, std::move(body), patience);
  if (!reply || reply->status != 200) co_return std::nullopt;
  json::Document document;
  if (document.parse_mended(reply->body)) co_return std::nullopt;
  Rendered rendered;
  rendered.text = document.root()["prompt"].string();
  rendered.tokens = document.root()["count"].integer().value_or(0);
  co_return rendered;
}

// Kept where it stands: neither refused, nor dropped, nor moved to the front.
bool keeps_system(const std::optional<Rendered>& with, const std::optional<Rendered>& without) {
  if (!with) return false;
  if (with->tokens > 0) return without && with->tokens > without->tokens;
  const size_t first = with->text.find("first-mark");
  const size_t system = with->text.find("system-mark");
  return system != std::string::npos && first < system;
}

Task<void> read_llamacpp_props(net::UpstreamPool& pool, EngineFacts& facts) {
  auto reply = co_await net::fetch(pool, "GET", "/props", "", patience);
  json::Document document;
  if (!reply || reply->status != 200 || document.parse_mended(reply->body)) co_return;
  const json::Value props = document.root();
  facts.profile.window = props["default_generation_settings"]["n_ctx"].integer().value_or(0);
  facts.profile.vision = props["modalities"]["vision"].is_true();
  facts.slots = static_cast<int>(props["total_slots"].integer().value_or(0));
}

}  // namespace

Task<std::expected<EngineFacts, std::string>> probe_engine(net::UpstreamPool& pool) {
  auto reply = co_await net::fetch(pool, "GET", "/v1/models", "", patience);
  if (!reply) co_return std::unexpected(reply.error().message);
  json::Document document;
  if (reply->status != 200 || document.parse_mended(reply->body))
    co_return std::unexpected("/v1/models answered " + std::to_string(reply->status));
  const json::Value models = document.root()["data"];
  if (models.size() == 0) co_return std::unexpected("no model is served");
  const json::Value model = *models.begin();
  const std::string owner = model["owned_by"].string();
  EngineFacts facts;
  ModelProfile& profile = facts.profile;
  profile.model = model["id"].string();
  profile.effort = profile.model.contains("gpt-oss");
  profile.window = model["max_model_len"].integer().value_or(0);
  if (owner == "vllm") profile.engine = Engine::vllm;
  if (owner == "llamacpp") profile.engine = Engine::llamacpp;
  if (profile.engine == Engine::unknown) co_return facts;
  if (profile.engine == Engine::llamacpp) co_await read_llamacpp_props(pool, facts);
  const auto with = co_await render(pool, profile, system_inside);
  const auto without = co_await render(pool, profile, without_system);
  const auto users = co_await render(pool, profile, two_users);
  profile.inline_system = keeps_system(with, without);
  // A template that refuses everything tells nothing about alternation.
  profile.merge_same_role = without && !users;
  if (profile.engine == Engine::vllm) {
    const auto image = co_await render(pool, profile, one_pixel);
    profile.vision = image.has_value();
  }
  co_return facts;
}

}  // namespace gateway
