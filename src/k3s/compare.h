// What the chart renders against what the cluster has. Pure.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace k3s {

struct Difference {
  std::string object;  // "Deployment autosre-proxy"
  std::string path;    // "spec.replicas"; empty: the object as a whole
  std::string wanted;  // empty: nothing
  std::string live;    // empty: nothing

  // One line: "Deployment autosre-proxy: spec.replicas is 0, not 1".
  std::string text() const;
  bool operator==(const Difference&) const = default;
};

// "Deployment autosre-proxy".
std::string name_of_object(const nlohmann::ordered_json& object);

// What is wanted must be there; what else an object has (defaults, status) is the server's, but in
// a list, where each entry counts. Empty values count as absent, numbers as their text.
std::vector<Difference> compare(const std::vector<nlohmann::ordered_json>& wanted,
                                const std::vector<nlohmann::ordered_json>& live);

}  // namespace k3s
