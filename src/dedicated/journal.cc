#include "dedicated/journal.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace dedicated {
namespace {

using nlohmann::ordered_json;

constexpr std::array<std::pair<Journal::Phase, std::string_view>, 3> phases = {{
    {Journal::Phase::turning_on, "turning-on"},
    {Journal::Phase::on, "on"},
    {Journal::Phase::turning_off, "turning-off"},
}};

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

template <class T>
std::optional<T> optional_in(const ordered_json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return found->get<T>();
}

Journal decode(const ordered_json& json) {
  if (json.at("schema") != 1) throw base::Error("another version");
  Journal journal;
  const std::string phase = json.at("phase");
  const auto* const known = std::ranges::find(phases, std::string_view(phase),
                                              &std::pair<Journal::Phase, std::string_view>::second);
  if (known == phases.end()) throw base::Error("phase " + phase);
  journal.phase = known->first;
  for (const ordered_json& entry : json.at("shares")) {
    const auto kind = kind_of(entry.at("kind").get<std::string>());
    if (!kind) throw base::Error("another kind of share");
    journal.shares.push_back(
        {.share = {.kind = *kind, .name = entry.at("name")}, .copies = entry.at("copies")});
  }
  journal.recipe = json.at("recipe");
  journal.engine = json.at("engine");
  const ordered_json& raised = json.at("raised");
  journal.raised = {.gpu_memory_utilization = optional_in<double>(raised, "gpu_memory_utilization"),
                    .max_num_seqs = optional_in<int>(raised, "max_num_seqs"),
                    .max_num_batched_tokens = optional_in<int>(raised, "max_num_batched_tokens")};
  return journal;
}

}  // namespace

std::string_view name_of(Journal::Phase phase) {
  for (const auto& [value, text] : phases)
    if (value == phase) return text;
  return {};
}

std::filesystem::path journal_file(const config::Paths& paths) {
  return paths.state / "dedicated.json";
}

std::string encode(const Journal& journal) {
  ordered_json shares = ordered_json::array();
  for (const Before& before : journal.shares)
    shares.push_back({{"kind", name_of(before.share.kind)},
                      {"name", before.share.name},
                      {"copies", before.copies}});
  const ordered_json json = {
      {"schema", 1},
      {"phase", name_of(journal.phase)},
      {"recipe", journal.recipe},
      {"engine", journal.engine},
      {"raised",
       {{"gpu_memory_utilization", or_null(journal.raised.gpu_memory_utilization)},
        {"max_num_seqs", or_null(journal.raised.max_num_seqs)},
        {"max_num_batched_tokens", or_null(journal.raised.max_num_batched_tokens)}}},
      {"shares", std::move(shares)}};
  return json.dump(2) + "\n";
}

base::Result<Journal> decode_journal(std::string_view text) {
  try {
    return decode(ordered_json::parse(text));
  } catch (const ordered_json::exception& error) {
    return std::unexpected(std::string(error.what()));
  } catch (const base::Error& error) {
    return std::unexpected(std::string(error.what()));
  }
}

}  // namespace dedicated
