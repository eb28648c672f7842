#include "cli/dedicated_recipe.h"

#include "dedicated/apply.h"
#include "sys/environment.h"

namespace cli {

recipe::Recipe with_dedicated(recipe::Recipe recipe) {
  const auto journal =
      dedicated::load_journal(dedicated::journal_file(config::resolve_paths(sys::environment())));
  const bool is_raised = journal && journal->phase != dedicated::Journal::Phase::turning_off &&
                         journal->recipe == recipe.model_key;
  return is_raised ? dedicated::raise(std::move(recipe), journal->raised) : recipe;
}

}  // namespace cli
