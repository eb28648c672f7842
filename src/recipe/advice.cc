#include "recipe/advice.h"

#include <algorithm>

namespace recipe {
namespace {

bool has_flag(const Recipe& recipe, std::string_view flag) {
  return std::ranges::any_of(recipe.extra_args, [&](std::string_view argument) {
    return argument.starts_with(flag) &&
           (argument.size() == flag.size() || argument[flag.size()] == '=');
  });
}

bool has_argument(const Recipe& recipe, std::string_view wanted) {
  return std::ranges::find(recipe.extra_args, wanted) != recipe.extra_args.end();
}

struct Rule {
  bool (*applies)(const Recipe&);
  const char* advice;
};

// Numbers are issues of vllm-project/vllm.
constexpr Rule rules[] = {
    {[](const Recipe& r) { return !has_flag(r, "--tool-call-parser"); },
     "without --tool-call-parser agents cannot use tools"},
    {[](const Recipe& r) {
       return has_flag(r, "--tool-call-parser") && !has_flag(r, "--enable-auto-tool-choice");
     },
     "--tool-call-parser does nothing without --enable-auto-tool-choice"},
    {[](const Recipe& r) { return !has_argument(r, "--scheduling-policy=priority"); },
     "without --scheduling-policy=priority the engine refuses requests with a priority"},
    {[](const Recipe& r) {
       return has_flag(r, "--speculative-config") && has_flag(r, "--enable-prefix-caching");
     },
     "--speculative-config together with --enable-prefix-caching gives wrong answers on hybrid "
     "models (#43559, #53912)"},
    {[](const Recipe& r) { return has_flag(r, "--enforce-eager"); },
     "--enforce-eager gives up CUDA graphs, nearly half of the speed"},
    {[](const Recipe& r) { return r.max_num_batched_tokens < r.max_num_seqs; },
     "max_num_batched_tokens is below max_num_seqs: not every answer gets a token a step"},
};

}  // namespace

std::vector<std::string> advise(const Recipe& recipe) {
  std::vector<std::string> all;
  for (const Rule& rule : rules)
    if (rule.applies(recipe)) all.emplace_back(rule.advice);
  return all;
}

}  // namespace recipe
