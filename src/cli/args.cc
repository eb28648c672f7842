#include "cli/args.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/error.h"
#include "base/strings.h"
#include "cli/suggest.h"

namespace cli {
namespace {

// "-f,--follow" in either order.
void name_option(Option& option, std::string_view names) {
  for (const std::string_view name : base::split(names, ','))
    (name.starts_with("--") ? option.name : option.short_name) = name;
}

std::optional<int> parse_int(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  const auto magnitude = base::parse_number(text.substr(is_negative ? 1 : 0));
  if (!magnitude || *magnitude > 2'000'000'000) return std::nullopt;
  return static_cast<int>(is_negative ? -*magnitude : *magnitude);
}

}  // namespace

struct Args::Parser {
  std::string command;
  CLI::App app;
  std::vector<Option> options;
  std::vector<Positional> operands;
  std::vector<std::string>* rest = nullptr;
  Rest rest_place = Rest::anywhere;

  base::Error wrong(const std::string& what, const std::string& why = {}) const {
    return base::Error(what, why, "see `" + command + " --help`", base::Exit::usage);
  }

  void check_choice(std::string_view choices, std::string_view subject, const std::string& given) {
    if (!choices.contains('|')) return;
    const auto words = base::split(choices, '|');
    if (std::ranges::find(words, std::string_view(given)) != words.end()) return;
    const std::string likely = did_you_mean(given, words);
    throw wrong("'" + given + "' is not a value of " + std::string(subject),
                likely.empty() ? "it is one of " + std::string(choices) : likely);
  }

  Option& add(std::string_view names, std::string_view value, std::string_view summary,
              std::string_view variable) {
    Option& option = options.emplace_back();
    name_option(option, names);
    option.value = value;
    option.summary = summary;
    option.variable = variable;
    return option;
  }

  Option& add_number(std::string_view names, std::string_view value, std::string_view summary,
                     std::string_view variable, std::function<void(int)> store) {
    Option& option = add(names, value, summary, variable);
    const auto take = [this, store = std::move(store), name = option.name,
                       variable = option.variable](const std::string& given) {
      const std::optional<int> number = parse_int(given);
      const std::string source = variable.empty() ? name : name + " (or " + variable + ")";
      if (!number) throw wrong("'" + given + "' is not a whole number for " + source);
      store(*number);
    };
    app.add_option_function<std::string>(std::string(names), take)
        ->envname(option.variable)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return option;
  }

  const Option* find(std::string_view token) const {
    const std::string_view name = token.substr(0, token.find('='));
    const auto found = std::ranges::find_if(options, [&](const Option& option) {
      return option.name == name || (!option.short_name.empty() && option.short_name == token);
    });
    return found == options.end() ? nullptr : &*found;
  }

  // At the first word that is no option of ours.
  bool ends_here() const { return rest && rest_place == Rest::from_first; }

  std::vector<std::string> normalise(const std::vector<std::string>& arguments);
  base::Error unknown_option(const std::string& token) const;
};

// Takes the rest apart, and writes "--name=value" as two words: the library would take the next
// word for an empty value. Only here is it known that a word which looks like an option is one.
std::vector<std::string> Args::Parser::normalise(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (auto word = arguments.begin(); word != arguments.end(); ++word) {
    if (*word == "--" && rest) {
      rest->insert(rest->end(), word + 1, arguments.end());
      break;
    }
    if (*word == "--") {
      words.insert(words.end(), word, arguments.end());
      break;
    }
    const Option* option = find(*word);
    if (!option && ends_here()) {
      rest->insert(rest->end(), word, arguments.end());
      break;
    }
    if (!option) {
      (rest ? *rest : words).push_back(*word);
      continue;
    }
    const size_t equals = word->find('=');
    if (option->value.empty() || equals != std::string::npos) {
      words.push_back(option->value.empty() ? *word : word->substr(0, equals));
      if (!option->value.empty()) words.push_back(word->substr(equals + 1));
      continue;
    }
    words.push_back(*word);
    if (word + 1 == arguments.end() || find(*(word + 1)) || *(word + 1) == "--")
      throw wrong("option '" + *word + "' needs a value: " + option->value);
    words.push_back(*++word);
  }
  return words;
}

base::Error Args::Parser::unknown_option(const std::string& token) const {
  if (!token.starts_with('-') || token == "-") return wrong("unexpected argument '" + token + "'");
  std::vector<std::string_view> names = {"--help"};
  for (const Option& option : options) names.push_back(option.name);
  const std::string name = token.substr(0, token.find('='));
  return wrong("unknown option '" + name + "'", did_you_mean(name, names));
}

Args::Args(std::string_view command) : parser_(std::make_unique<Parser>()) {
  parser_->command = command;
  parser_->app.set_help_flag();
}

Args::~Args() = default;

void Args::flag(std::string_view names, bool& member, std::string_view summary,
                std::string_view variable) {
  parser_->add(names, {}, summary, variable);
  parser_->app.add_flag(std::string(names), member)
      ->envname(std::string(variable))
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void Args::option(std::string_view names, std::string_view value, std::string& member,
                  std::string_view summary, std::string_view variable) {
  Option& option = parser_->add(names, value, summary, variable);
  option.default_text = member;
  const auto take = [parser = parser_.get(), &member, choices = option.value,
                     name = option.name](const std::string& given) {
    parser->check_choice(choices, name, given);
    member = given;
  };
  parser_->app.add_option_function<std::string>(std::string(names), take)
      ->envname(std::string(variable))
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void Args::option(std::string_view names, std::string_view value, int& member,
                  std::string_view summary, std::string_view variable) {
  parser_->add_number(names, value, summary, variable, [&member](int number) { member = number; })
      .default_text = std::to_string(member);
}

void Args::option(std::string_view names, std::string_view value, std::optional<int>& member,
                  std::string_view summary, std::string_view variable) {
  parser_->add_number(names, value, summary, variable, [&member](int number) { member = number; });
}

void Args::option(std::string_view names, std::string_view value, std::vector<std::string>& member,
                  std::string_view summary) {
  parser_->add(names, value, summary, {});
  // Without extra arguments a value in brackets is not taken for a list.
  parser_->app.add_option(std::string(names), member)->allow_extra_args(false);
}

void Args::positional(std::string_view name, std::string& member, std::string_view summary,
                      bool required) {
  parser_->operands.push_back({std::string(name), std::string(summary), required, false});
  const auto take = [parser = parser_.get(), &member,
                     choices = std::string(name)](const std::string& given) {
    parser->check_choice(choices, "the argument", given);
    member = given;
  };
  const std::string key = "operand" + std::to_string(parser_->operands.size());
  parser_->app.add_option_function<std::string>(key, take);
}

void Args::positionals(std::string_view name, std::vector<std::string>& member,
                       std::string_view summary) {
  parser_->operands.push_back({std::string(name), std::string(summary), false, true});
  parser_->app.add_option("operands", member);
}

void Args::rest(std::string_view name, std::vector<std::string>& member, std::string_view summary,
                Rest where) {
  parser_->operands.push_back({std::string(name), std::string(summary), false, true});
  parser_->rest = &member;
  parser_->rest_place = where;
}

const std::vector<Option>& Args::options() const {
  return parser_->options;
}
const std::vector<Positional>& Args::operands() const {
  return parser_->operands;
}
bool Args::takes_rest() const {
  return parser_->rest != nullptr;
}

bool Args::asks_for_help(const std::vector<std::string>& arguments) const {
  for (auto word = arguments.begin(); word != arguments.end() && *word != "--"; ++word) {
    if (*word == "--help" || *word == "-h") return true;
    if (!parser_->ends_here()) continue;
    const Option* option = parser_->find(*word);
    if (!option) return false;
    const bool has_own_word = !option->value.empty() && !word->contains('=');
    if (has_own_word && word + 1 != arguments.end()) ++word;
  }
  return false;
}

void Args::parse(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = parser_->normalise(arguments);
  std::ranges::reverse(words);  // as the library wants them
  try {
    parser_->app.parse(std::move(words));
  } catch (const CLI::ExtrasError&) {
    throw parser_->unknown_option(parser_->app.remaining().front());
  } catch (const CLI::ParseError& error) {
    throw parser_->wrong(error.what());
  }
  for (size_t i = 0; i < parser_->operands.size(); ++i) {
    const Positional& operand = parser_->operands[i];
    const std::string key = "operand" + std::to_string(i + 1);
    if (operand.required && parser_->app.count(key) == 0)
      throw parser_->wrong("argument " + operand.name + " is missing");
  }
}

}  // namespace cli
