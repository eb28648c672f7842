// Reads the fields of a YAML mapping by name and type, and collects what is wrong with them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "base/error.h"
#include "config/fault.h"

namespace config {

class Fields {
 public:
  // The node must be a mapping. `whole` is what it makes, for messages: "a recipe". `path` goes
  // before its keys where it is part of another: "nodes[0]".
  Fields(const YAML::Node& mapping, const std::string& file, std::string whole,
         std::vector<Fault>& faults, std::string path = {});

  void text(const std::string& key, std::string& member);
  void whole_number(const std::string& key, int& member, int least, int most);
  // Above 0, at most 1.
  void fraction(const std::string& key, double& member);
  void texts(const std::string& key, std::vector<std::string>& member);
  // Numbers count as text here, as a value of the environment is one.
  void variables(const std::string& key, std::map<std::string, std::string>& member);

  // Mappings in a list, each with its path; what is no mapping is a fault.
  struct Part {
    YAML::Node mapping;
    std::string path;
  };
  std::vector<Part> parts(const std::string& key);
  // A mapping of its own, when it is there.
  std::optional<Part> part(const std::string& key);

  void require(const std::string& key);
  // A fault for each key that was never asked for.
  void refuse_others();
  // Places a fault on a key, or on one of its entries.
  void blame(const std::string& key, const std::string& what, std::optional<size_t> entry = {});

 private:
  const YAML::Node* find(const std::string& key);
  void add(const YAML::Node& at, const std::string& key, const std::string& what);
  std::string full(const std::string& key) const;

  std::map<std::string, YAML::Node> values_;
  std::map<std::string, int> lines_;  // of the keys
  std::set<std::string> asked_;
  int line_ = 0;
  const std::string& file_;
  std::string whole_;
  std::string path_;
  std::vector<Fault>& faults_;
};

// The text's one document, which has to be a mapping; the fault says what it is instead.
base::Result<YAML::Node, Fault> parse_mapping(std::string_view yaml, const std::string& file);

// By line, then by key.
void sort_faults(std::vector<Fault>& faults);

}  // namespace config
