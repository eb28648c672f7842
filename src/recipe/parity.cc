#include "recipe/parity.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "recipe/serve.h"

namespace recipe {
namespace {

constexpr std::string_view added_by_chart = "NVIDIA_VISIBLE_DEVICES";

struct Flag {
  std::string name;
  std::optional<std::string> value;
};

struct Command {
  std::string model;
  std::vector<Flag> flags;
};

template <class T>
bool has(const std::vector<T>& all, const std::string& name) {
  return std::ranges::find(all, name, &T::name) != all.end();
}

// "--max_num_seqs" is the same flag as "--max-num-seqs".
std::string spelled(std::string_view flag) {
  std::string name(flag);
  std::ranges::replace(name, '_', '-');
  return name;
}

// Takes --flag=value and --flag value. Of a flag that stands twice the last counts, as it does for
// the model server.
Command parse_command(const std::vector<std::string>& words) {
  Command command;
  size_t begin = 0;
  if (words.size() > 1 && words[0].ends_with("vllm") && words[1] == "serve") begin = 2;
  for (size_t i = begin; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!word.starts_with("--")) {
      if (!command.flags.empty() && !command.flags.back().value)
        command.flags.back().value = word;
      else if (command.model.empty())
        command.model = word;
      continue;
    }
    const size_t equals = word.find('=');
    Flag flag{.name = spelled(word.substr(0, equals)), .value = {}};
    if (equals != std::string_view::npos) flag.value = word.substr(equals + 1);
    std::erase_if(command.flags, [&](const Flag& other) { return other.name == flag.name; });
    command.flags.push_back(std::move(flag));
  }
  const auto model = std::ranges::find(command.flags, "--model", &Flag::name);
  if (model != command.flags.end()) {
    command.model = model->value.value_or("");
    command.flags.erase(model);
  }
  return command;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_same_value(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto left = number_in(a);
  return left && left == number_in(b);
}

bool is_same(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a && b ? is_same_value(*a, *b) : a == b;
}

void compare_flags(const std::vector<Flag>& wanted, const std::vector<Flag>& live,
                   std::vector<Mismatch>& found) {
  using Kind = Mismatch::Kind;
  for (const Flag& flag : wanted) {
    const auto other = std::ranges::find(live, flag.name, &Flag::name);
    const std::string value = flag.value.value_or("");
    if (other == live.end())
      found.push_back({.kind = Kind::missing, .subject = flag.name, .wanted = value, .live = {}});
    else if (!is_same(flag.value, other->value))
      found.push_back({.kind = Kind::differs,
                       .subject = flag.name,
                       .wanted = value,
                       .live = other->value.value_or("")});
  }
  for (const Flag& flag : live)
    if (!has(wanted, flag.name) && !is_of_the_nodes(flag.name))
      found.push_back({.kind = Kind::added,
                       .subject = flag.name,
                       .wanted = {},
                       .live = flag.value.value_or("")});
}

// What is written down and shown: nothing of what may be a secret.
std::string shown(const Variable& variable) {
  const bool is_open = !variable.is_secret && !names_secret(variable.name);
  return is_open ? variable.value : std::string();
}

// The value of a Secret cannot be seen here; that there is one is what counts.
bool is_same(const Variable& wanted, const Variable& live) {
  if (wanted.is_secret || live.is_secret) return wanted.is_secret == live.is_secret;
  return is_same_value(wanted.value, live.value);
}

void compare_variables(const std::vector<Variable>& wanted, const std::vector<Variable>& live,
                       std::vector<Mismatch>& found) {
  using Kind = Mismatch::Kind;
  for (const Variable& variable : wanted) {
    const std::string subject = "env " + variable.name;
    const auto other = std::ranges::find(live, variable.name, &Variable::name);
    if (other == live.end())
      found.push_back(
          {.kind = Kind::missing, .subject = subject, .wanted = shown(variable), .live = {}});
    else if (!is_same(variable, *other))
      found.push_back({.kind = Kind::differs,
                       .subject = subject,
                       .wanted = shown(variable),
                       .live = shown(*other)});
  }
  for (const Variable& variable : live)
    if (!has(wanted, variable.name) && variable.name != added_by_chart)
      found.push_back({.kind = Kind::added,
                       .subject = "env " + variable.name,
                       .wanted = {},
                       .live = shown(variable)});
}

void compare_texts(const char* subject, const std::string& wanted, const std::string& live,
                   std::vector<Mismatch>& found) {
  if (wanted != live)
    found.push_back(
        {.kind = Mismatch::Kind::differs, .subject = subject, .wanted = wanted, .live = live});
}

std::vector<std::string> texts_in(const nlohmann::json& container, const char* key) {
  std::vector<std::string> texts;
  for (const nlohmann::json& word : container.value(key, nlohmann::json::array()))
    if (word.is_string()) texts.push_back(word);
  return texts;
}

}  // namespace

LiveContainer parse_container(const nlohmann::json& container) {
  LiveContainer live;
  live.image = container.value("image", "");
  live.command = texts_in(container, "command");
  live.args = texts_in(container, "args");
  for (const nlohmann::json& variable : container.value("env", nlohmann::json::array()))
    live.env.push_back({.name = variable.value("name", ""),
                        .value = variable.value("value", ""),
                        .is_secret = variable.contains("valueFrom")});
  return live;
}

std::string Mismatch::text() const {
  const auto quoted = [](const std::string& value) {
    return value.empty() ? std::string("something else") : value;
  };
  switch (kind) {
    case Kind::missing:
      return wanted.empty() ? fmt::format("{} is missing", subject)
                            : fmt::format("{} is missing, the recipe says {}", subject, wanted);
    case Kind::added:
      return live.empty() ? fmt::format("{} is set, the recipe has none", subject)
                          : fmt::format("{} is {}, the recipe has none", subject, live);
    case Kind::differs:
      break;
  }
  if (live.empty() && wanted.empty()) return fmt::format("{} is not as the recipe says", subject);
  return fmt::format("{} is {}, the recipe says {}", subject, quoted(live), quoted(wanted));
}

std::vector<Mismatch> find_mismatches(const Recipe& recipe, const Site& site,
                                      const std::optional<LiveContainer>& live) {
  std::vector<Mismatch> found;
  if (!live) return found;
  std::vector<std::string> words = live->command;
  words.insert(words.end(), live->args.begin(), live->args.end());
  const Command is = parse_command(words);
  const Command should = parse_command(build_vllm_serve_cmd(recipe));
  compare_texts("image", recipe.docker_image, live->image, found);
  compare_texts("model", should.model, is.model, found);
  compare_flags(should.flags, is.flags, found);
  compare_variables(build_runtime_env(recipe, site), live->env, found);
  return found;
}

}  // namespace recipe
