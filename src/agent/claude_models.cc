#include "agent/claude_models.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace agent {
namespace {

using Json = nlohmann::json;

std::optional<int> positive(const Json& record, const char* name) {
  const auto field = record.find(name);
  if (field == record.end() || !field->is_number_integer()) return std::nullopt;
  const auto number = field->get<long long>();
  if (number <= 0 || number > 100'000'000) return std::nullopt;
  return static_cast<int>(number);
}

std::string text_of(const Json& record, const char* name) {
  const auto field = record.find(name);
  return field != record.end() && field->is_string() ? field->get<std::string>() : std::string();
}

}  // namespace

base::Result<std::vector<ServedModel>> parse_models(std::string_view body) {
  const Json answer = Json::parse(body, nullptr, false);
  if (!answer.is_object() || !answer.contains("data") || !answer["data"].is_array())
    return std::unexpected("its /v1/models is no list of models");
  std::vector<ServedModel> models;
  for (const Json& record : answer["data"]) {
    if (!record.is_object() || text_of(record, "id").empty()) continue;
    const auto window = positive(record, "context_window");
    models.push_back({.id = text_of(record, "id"),
                      .window = window ? window : positive(record, "max_input_tokens"),
                      .max_output = positive(record, "max_tokens")});
  }
  return models;
}

base::Result<ServedModel> choose_model(std::string_view wished,
                                       const std::vector<ServedModel>& served) {
  if (wished.empty()) {
    if (served.empty()) return std::unexpected("it serves no model");
    if (!served.front().id.starts_with("claude-"))
      return std::unexpected("its first model '" + served.front().id +
                             "' does not begin with claude-");
    return served.front();
  }
  const auto named = std::ranges::find(served, wished, &ServedModel::id);
  ServedModel model = named != served.end() ? *named
                      : served.empty()      ? ServedModel{}
                                            : served.front();
  model.id = wished;
  return model;
}

}  // namespace agent
