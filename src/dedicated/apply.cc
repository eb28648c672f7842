#include "dedicated/apply.h"

#include <algorithm>

#include "sys/files.h"

namespace dedicated {
namespace {

void apply(const Step& step, World& world, const std::filesystem::path& file) {
  switch (step.kind) {
    case Step::Kind::write_journal:
      return sys::write_atomically(file, encode(step.journal), 0600);
    case Step::Kind::stop:
      return world.stop(step.share);
    case Step::Kind::start:
      return world.start(step.share, step.copies);
    case Step::Kind::deploy:
      return world.deploy(step.recipe, step.raised);
    case Step::Kind::scale_engine:
      return world.scale_engine(step.copies);
    case Step::Kind::remove_journal:
      std::filesystem::remove(file);
  }
}

}  // namespace

Seen look(World& world, const Config& config, const std::optional<Journal>& journal) {
  std::vector<Share> shares = config.shares;
  if (journal)
    for (const Before& before : journal->shares)
      if (std::ranges::find(shares, before.share) == shares.end()) shares.push_back(before.share);
  Seen seen{.shares = {}, .recipe = world.deployed_recipe(), .engine = world.engine_copies()};
  for (const Share& share : shares)
    seen.shares.push_back({.share = share, .copies = world.copies(share)});
  return seen;
}

std::optional<Journal> load_journal(const std::filesystem::path& file) {
  const auto text = sys::read_file(file);
  if (!text) return std::nullopt;
  auto journal = decode_journal(*text);
  if (!journal)
    throw base::Error("cannot understand what ran before", file.string() + ": " + journal.error(),
                      "start what shares the GPU by hand, then remove the file");
  return *std::move(journal);
}

void apply(const Plan& plan, World& world, const std::filesystem::path& journal_file,
           const std::function<void(std::string_view)>& on_step) {
  for (const Step& step : plan.steps) {
    on_step(step.text);
    apply(step, world, journal_file);
  }
}

}  // namespace dedicated
