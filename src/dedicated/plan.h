// The way to a GPU of one's own and back, as steps. Each may be done twice, so that a run that
// broke off is taken up by doing them again. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dedicated/journal.h"

namespace dedicated {

// What is there now, asked of the machine and the cluster.
struct Seen {
  struct Running {
    Share share;
    std::optional<int> copies;  // as in Before; absent: there is no such thing
  };

  std::vector<Running> shares;  // those of the configuration and of the journal
  std::string recipe;           // of the engine that is deployed; empty: none is
  int engine = 0;               // its replicas
};

struct Step {
  enum class Kind {
    write_journal,  // journal
    stop,           // share
    start,          // share with copies
    deploy,         // the engine, by the recipe and what is raised
    scale_engine,   // to copies
    remove_journal,
  };

  Kind kind = Kind::write_journal;
  std::string text;  // for people
  Journal journal = {};
  Share share = {};
  int copies = 0;
  std::string recipe = {};
  Raised raised = {};
};

struct Plan {
  std::vector<Step> steps;
  std::vector<std::string> warnings;

  bool changes_nothing() const { return steps.empty(); }
};

// Throws base::Error when no engine is deployed.
Plan plan_on(const Config& config, const std::optional<Journal>& journal, const Seen& seen);

// Without a journal there is nothing to do.
Plan plan_off(const std::optional<Journal>& journal, const Seen& seen);

}  // namespace dedicated
