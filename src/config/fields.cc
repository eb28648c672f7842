#include "config/fields.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "base/strings.h"

namespace config {
namespace {

enum class Kind { nothing, boolean, number, text, list, mapping };

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::nothing:
      return "is empty";
    case Kind::boolean:
      return "is true or false";
    case Kind::number:
      return "is a number";
    case Kind::text:
      return "is a text";
    case Kind::list:
      return "is a list";
    case Kind::mapping:
      return "is a mapping";
  }
  return {};
}

// A quoted scalar is a text whatever it looks like: yaml-cpp tags it "!".
Kind kind_of(const YAML::Node& node) {
  if (node.IsSequence()) return Kind::list;
  if (node.IsMap()) return Kind::mapping;
  if (!node.IsScalar()) return Kind::nothing;
  if (node.Tag() == "!") return Kind::text;
  double number = 0;
  if (YAML::convert<double>::decode(node, number)) return Kind::number;
  bool truth = false;
  if (YAML::convert<bool>::decode(node, truth)) return Kind::boolean;
  return node.Scalar().empty() ? Kind::nothing : Kind::text;
}

std::optional<double> number_in(const YAML::Node& node) {
  double number = 0;
  if (kind_of(node) != Kind::number || !YAML::convert<double>::decode(node, number))
    return std::nullopt;
  return number;
}

std::string wrong_type(std::string_view wanted, const YAML::Node& node) {
  return fmt::format("must be {}, but {}", wanted, describe(kind_of(node)));
}

int line_of(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : mark.line + 1;
}

}  // namespace

std::string Fault::text() const {
  std::string place = file;
  if (line != 0) place += fmt::format(":{}", line);
  return key.empty() ? place + ": " + what : place + ": " + key + ": " + what;
}

base::Result<YAML::Node, Fault> parse_mapping(std::string_view yaml, const std::string& file) {
  std::vector<YAML::Node> documents;
  try {
    documents = YAML::LoadAll(std::string(yaml));
  } catch (const YAML::Exception& error) {
    return std::unexpected(Fault{
        .file = file, .line = line_of(error.mark), .key = {}, .what = "is no YAML: " + error.msg});
  }
  if (documents.size() != 1 || !documents[0].IsMap())
    return std::unexpected(
        Fault{.file = file, .line = 0, .key = {}, .what = "must be one mapping of keys to values"});
  return documents[0];
}

void sort_faults(std::vector<Fault>& faults) {
  std::ranges::sort(faults, {}, [](const Fault& fault) { return std::tie(fault.line, fault.key); });
}

Fields::Fields(const YAML::Node& mapping, const std::string& file, std::string whole,
               std::vector<Fault>& faults, std::string path)
    : line_(line_of(mapping.Mark())),
      file_(file),
      whole_(std::move(whole)),
      path_(std::move(path)),
      faults_(faults) {
  for (const auto& pair : mapping) {
    if (!pair.first.IsScalar()) {
      add(pair.first, {}, "has a key that is no text");
      continue;
    }
    const std::string key = pair.first.Scalar();
    if (!values_.emplace(key, pair.second).second)
      add(pair.first, key, fmt::format("stands here again, first in line {}", lines_[key]));
    else
      lines_[key] = line_of(pair.first.Mark());
  }
}

const YAML::Node* Fields::find(const std::string& key) {
  asked_.insert(key);
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

std::string Fields::full(const std::string& key) const {
  return path_.empty() || key.empty() ? path_ + key : path_ + "." + key;
}

void Fields::add(const YAML::Node& at, const std::string& key, const std::string& what) {
  faults_.push_back({.file = file_, .line = line_of(at.Mark()), .key = full(key), .what = what});
}

void Fields::blame(const std::string& key, const std::string& what, std::optional<size_t> entry) {
  const auto line = lines_.find(key);
  const std::string path = entry ? fmt::format("{}[{}]", key, *entry) : key;
  int at = line == lines_.end() ? line_ : line->second;
  if (entry) at = line_of(values_.at(key)[*entry].Mark());
  faults_.push_back({.file = file_, .line = at, .key = full(path), .what = what});
}

void Fields::require(const std::string& key) {
  if (!values_.contains(key)) blame(key, "is missing");
}

void Fields::text(const std::string& key, std::string& member) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return;
  if (kind_of(*node) != Kind::text || base::trim(node->Scalar()).empty())
    return blame(key,
                 wrong_type("a text", *node) + (kind_of(*node) == Kind::text ? " of blanks" : ""));
  member = node->Scalar();
}

void Fields::whole_number(const std::string& key, int& member, int least, int most) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return;
  const std::optional<double> number = number_in(*node);
  if (!number) return blame(key, wrong_type("a whole number", *node));
  if (*number != std::floor(*number)) return blame(key, "must be a whole number");
  if (*number < least || *number > most)
    return blame(key, fmt::format("must be from {} to {}", least, most));
  member = static_cast<int>(*number);
}

void Fields::fraction(const std::string& key, double& member) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return;
  const std::optional<double> number = number_in(*node);
  if (!number) return blame(key, wrong_type("a number", *node));
  if (!(*number > 0 && *number <= 1)) return blame(key, "must be above 0 and at most 1");
  member = *number;
}

void Fields::texts(const std::string& key, std::vector<std::string>& member) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return;
  if (!node->IsSequence()) return blame(key, wrong_type("a list of texts", *node));
  for (size_t i = 0; i < node->size(); ++i) {
    const YAML::Node entry = (*node)[i];
    // What is wrong keeps its place, so that the others' numbers stay theirs.
    const bool is_text = kind_of(entry) == Kind::text && !entry.Scalar().empty();
    if (!is_text) blame(key, "must be a text that is not empty", i);
    member.push_back(is_text ? entry.Scalar() : std::string());
  }
}

void Fields::variables(const std::string& key, std::map<std::string, std::string>& member) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return;
  if (!node->IsMap()) return blame(key, wrong_type("a mapping of variables", *node));
  for (const auto& pair : *node) {
    const std::string name = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
    const std::string path = key + "." + name;
    asked_.insert(path);
    lines_.emplace(path, line_of(pair.first.Mark()));
    const Kind kind = kind_of(pair.second);
    if (kind != Kind::text && kind != Kind::number)
      add(pair.first, path, wrong_type("a text or a number", pair.second));
    else if (!member.emplace(name, pair.second.Scalar()).second)
      add(pair.first, path, "stands here again");
  }
}

std::vector<Fields::Part> Fields::parts(const std::string& key) {
  const YAML::Node* node = find(key);
  std::vector<Part> all;
  if (node == nullptr) return all;
  if (!node->IsSequence()) {
    blame(key, wrong_type("a list", *node));
    return all;
  }
  for (size_t i = 0; i < node->size(); ++i) {
    if ((*node)[i].IsMap())
      all.push_back({(*node)[i], fmt::format("{}[{}]", full(key), i)});
    else
      blame(key, wrong_type("a mapping", (*node)[i]), i);
  }
  return all;
}

std::optional<Fields::Part> Fields::part(const std::string& key) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->IsMap()) return Part{.mapping = *node, .path = full(key)};
  blame(key, wrong_type("a mapping", *node));
  return std::nullopt;
}

void Fields::refuse_others() {
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  for (const auto& [key, line] : lines_) {
    if (asked_.contains(key)) continue;
    const std::string_view near = base::nearest(key, known);
    std::string what = "is no key of " + whole_;
    if (!near.empty()) what += fmt::format("; did you mean {}?", near);
    blame(key, what);
  }
}

}  // namespace config
