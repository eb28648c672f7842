// `k3s up`, `diff` and `render`: from a recipe and the user's choices to what the cluster should
// have.
#pragma once

#include <string>
#include <vector>

#include "config/paths.h"
#include "k3s/apply.h"
#include "k3s/plan.h"
#include "k3s/runner.h"
#include "recipe/recipe.h"
#include "recipe/runtime_env.h"

namespace k3s {

struct Request {
  Target target;
  recipe::Recipe recipe;
  recipe::Site site;
  std::vector<Json> choices;  // values that win over the recipe's, later ones over earlier
};

// The values for helm. Holds no secret. Pure.
Json values_of(const Request& request);

// Values out of YAML files; the user's own in config/k3s.yaml comes first, where there is one.
std::vector<Json> read_choices(const config::Paths& paths, const std::vector<std::string>& files);

// What the cluster should have and has, and the way from one to the other. Changes nothing.
struct Prepared {
  Desired desired;
  Live live;
  Plan plan;
};
Prepared prepare(const Request& request, const ChartFiles& files, Runner& runner);

// 32 hex digits that nobody can guess.
std::string random_token();

}  // namespace k3s
