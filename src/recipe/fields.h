// Reads the fields of a YAML mapping by name and type, and collects what is wrong with them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "recipe/parse.h"

namespace recipe {

class Fields {
 public:
  // The node must be a mapping.
  Fields(const YAML::Node& mapping, const std::string& file, std::vector<Fault>& faults);

  void text(const std::string& key, std::string& member);
  void whole_number(const std::string& key, int& member, int least, int most);
  // Above 0, at most 1.
  void fraction(const std::string& key, double& member);
  void texts(const std::string& key, std::vector<std::string>& member);
  // Numbers count as text here, as a value of the environment is one.
  void variables(const std::string& key, std::map<std::string, std::string>& member);

  void require(const std::string& key);
  // A fault for each key that was never asked for.
  void refuse_others();
  // Places a fault on a key, or on one of its entries.
  void blame(const std::string& key, const std::string& what, std::optional<size_t> entry = {});

 private:
  const YAML::Node* find(const std::string& key);
  void add(const YAML::Node& at, const std::string& key, const std::string& what);

  std::map<std::string, YAML::Node> values_;
  std::map<std::string, int> lines_;  // of the keys
  std::set<std::string> asked_;
  int line_ = 0;
  const std::string& file_;
  std::vector<Fault>& faults_;
};

int line_of(const YAML::Mark& mark);

}  // namespace recipe
