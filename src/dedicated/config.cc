#include "dedicated/config.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/fields.h"

namespace dedicated {
namespace {

using config::Fields;

constexpr std::array<std::pair<Share::Kind, std::string_view>, 3> kinds = {{
    {Share::Kind::deployment, "deployment"},
    {Share::Kind::unit, "unit"},
    {Share::Kind::container, "container"},
}};

// Names become arguments of other programs: nothing that could be an option or a path.
bool is_name(std::string_view text) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-";
  return !text.empty() && text[0] != '-' && text.find_first_not_of(allowed) == text.npos;
}

std::optional<std::string> fault_of(const Share& share) {
  if (share.kind != Share::Kind::deployment)
    return is_name(share.name) ? std::nullopt : std::optional<std::string>("must be a name");
  const size_t slash = share.name.find('/');
  const bool is_fit = slash != std::string::npos && is_name(share.name.substr(0, slash)) &&
                      is_name(share.name.substr(slash + 1));
  return is_fit ? std::nullopt : std::optional<std::string>("must be NAMESPACE/NAME");
}

void read_share(Fields& fields, std::vector<Share>& shares) {
  int count = 0;
  for (const auto& [kind, key] : kinds) {
    Share share{.kind = kind, .name = {}};
    fields.text(std::string(key), share.name);
    if (share.name.empty()) continue;
    ++count;
    if (const auto fault = fault_of(share)) fields.blame(std::string(key), *fault);
    if (std::ranges::find(shares, share) != shares.end())
      fields.blame(std::string(key), "stands here again");
    shares.push_back(std::move(share));
  }
  fields.refuse_others();
  if (count != 1) fields.blame({}, "must be one deployment, unit or container");
}

template <class T, class Read>
std::optional<T> read_optional(Read read) {
  T value{};
  read(value);
  return value == T{} ? std::nullopt : std::optional(value);
}

Raised read_raised(Fields& fields) {
  Raised raised;
  raised.gpu_memory_utilization = read_optional<double>(
      [&](double& member) { fields.fraction("gpu_memory_utilization", member); });
  raised.max_num_seqs = read_optional<int>(
      [&](int& member) { fields.whole_number("max_num_seqs", member, 1, 4096); });
  raised.max_num_batched_tokens = read_optional<int>(
      [&](int& member) { fields.whole_number("max_num_batched_tokens", member, 1, 100'000'000); });
  fields.refuse_others();
  return raised;
}

}  // namespace

std::string_view name_of(Share::Kind kind) {
  return std::ranges::find(kinds, kind, &std::pair<Share::Kind, std::string_view>::first)->second;
}

std::optional<Share::Kind> kind_of(std::string_view name) {
  for (const auto& [kind, text] : kinds)
    if (text == name) return kind;
  return std::nullopt;
}

std::string Share::text() const {
  return fmt::format("{} {}", name_of(kind), name);
}

recipe::Recipe raise(recipe::Recipe recipe, const Raised& raised) {
  const auto lift = [](auto& member, const auto& value) {
    if (value) member = std::max(member, *value);
  };
  lift(recipe.gpu_memory_utilization, raised.gpu_memory_utilization);
  lift(recipe.max_num_seqs, raised.max_num_seqs);
  lift(recipe.max_num_batched_tokens, raised.max_num_batched_tokens);
  return recipe;
}

std::filesystem::path config_file(const config::Paths& paths) {
  return paths.config / "dedicated.yaml";
}

base::Result<Config, std::vector<config::Fault>> parse_config(std::string_view yaml,
                                                              const std::string& file) {
  const auto mapping = config::parse_mapping(yaml, file);
  if (!mapping) return std::unexpected(std::vector{mapping.error()});
  std::vector<config::Fault> faults;
  Fields fields(*mapping, file, "the configuration of `dedicated`", faults);
  Config read;
  for (const Fields::Part& part : fields.parts("shares")) {
    Fields share(part.mapping, file, "what shares the GPU", faults, part.path);
    read_share(share, read.shares);
  }
  if (const auto part = fields.part("recipe")) {
    Fields raised(part->mapping, file, "what is raised", faults, part->path);
    read.raised = read_raised(raised);
  }
  fields.refuse_others();
  if (faults.empty()) return read;
  config::sort_faults(faults);
  return std::unexpected(std::move(faults));
}

}  // namespace dedicated
