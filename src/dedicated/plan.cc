#include "dedicated/plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace dedicated {
namespace {

using Kind = Step::Kind;

std::optional<int> copies_now(const Seen& seen, const Share& share) {
  for (const Seen::Running& running : seen.shares)
    if (running.share == share) return running.copies;
  return std::nullopt;
}

Step write(Journal journal, Journal::Phase phase, std::string text) {
  journal.phase = phase;
  return {.kind = Kind::write_journal, .text = std::move(text), .journal = std::move(journal)};
}

std::string raised_text(const Raised& raised) {
  std::string text;
  const auto add = [&](const char* name, const auto& value) {
    if (value) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, *value);
  };
  add("gpu_memory_utilization", raised.gpu_memory_utilization);
  add("max_num_seqs", raised.max_num_seqs);
  add("max_num_batched_tokens", raised.max_num_batched_tokens);
  return text;
}

// What an earlier run has seen counts: what it has stopped does not run now.
Journal journal_for(const Config& config, const std::optional<Journal>& before, const Seen& seen,
                    std::vector<std::string>& warnings) {
  Journal journal = before.value_or(Journal{});
  if (!before) {
    journal.recipe = seen.recipe;
    journal.engine = seen.engine;
  }
  journal.raised = config.raised;
  for (const Share& share : config.shares) {
    const auto known = std::ranges::find(journal.shares, share, &Before::share);
    if (known != journal.shares.end()) continue;
    const auto copies = copies_now(seen, share);
    if (copies)
      journal.shares.push_back({.share = share, .copies = *copies});
    else
      warnings.push_back(fmt::format("there is no {}", share.text()));
  }
  return journal;
}

bool is_reached(const Journal& wanted, const std::optional<Journal>& before, const Seen& seen) {
  if (!before || before->phase != Journal::Phase::on) return false;
  const bool all_stopped = std::ranges::all_of(wanted.shares, [&](const Before& share) {
    return copies_now(seen, share.share).value_or(0) == 0;
  });
  return all_stopped && wanted.shares == before->shares && wanted.raised == before->raised &&
         seen.engine > 0;
}

}  // namespace

Plan plan_on(const Config& config, const std::optional<Journal>& journal, const Seen& seen) {
  if (seen.recipe.empty())
    throw base::Error("nothing is deployed that could have the GPU", {},
                      "run `autosre k3s up` first");
  Plan plan;
  const Journal wanted = journal_for(config, journal, seen, plan.warnings);
  if (is_reached(wanted, journal, seen)) return plan;
  plan.steps.push_back(
      write(wanted, Journal::Phase::turning_on, "write down what runs now, to restore it"));
  for (const Before& before : wanted.shares)
    if (copies_now(seen, before.share).value_or(0) > 0)
      plan.steps.push_back(
          {.kind = Kind::stop, .text = "stop " + before.share.text(), .share = before.share});
  const std::string raised = raised_text(wanted.raised);
  plan.steps.push_back({.kind = Kind::deploy,
                        .text = fmt::format("deploy {} with {}", wanted.recipe,
                                            raised.empty() ? "its own values" : raised),
                        .recipe = wanted.recipe,
                        .raised = wanted.raised});
  plan.steps.push_back(
      write(wanted, Journal::Phase::on, "note that the model has the GPU to itself"));
  return plan;
}

Plan plan_off(const std::optional<Journal>& journal, const Seen& seen) {
  Plan plan;
  if (!journal) return plan;
  plan.steps.push_back(write(*journal, Journal::Phase::turning_off, "note that it is given back"));
  // First the engine lets go of the memory that the others are to have.
  if (!seen.recipe.empty()) {
    plan.steps.push_back({.kind = Kind::deploy,
                          .text = fmt::format("deploy {} with its own values", journal->recipe),
                          .recipe = journal->recipe});
    if (journal->engine == 0)
      plan.steps.push_back({.kind = Kind::scale_engine,
                            .text = "stop the engine, which did not run before",
                            .copies = 0});
  } else {
    plan.warnings.emplace_back("the engine is deployed no more");
  }
  for (const Before& before : journal->shares) {
    const auto now = copies_now(seen, before.share);
    if (!now)
      plan.warnings.push_back(fmt::format("there is no {} any more", before.share.text()));
    else if (before.copies > 0 && *now != before.copies)
      plan.steps.push_back({.kind = Kind::start,
                            .text = before.copies == 1
                                        ? "start " + before.share.text()
                                        : fmt::format("start {} with {} replicas",
                                                      before.share.text(), before.copies),
                            .share = before.share,
                            .copies = before.copies});
  }
  plan.steps.push_back({.kind = Kind::remove_journal, .text = "forget what was written down"});
  return plan;
}

}  // namespace dedicated
