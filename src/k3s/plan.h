// What is and what should be, and the steps from one to the other. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "k3s/compare.h"
#include "k3s/objects.h"
#include "k3s/service_range.h"

namespace k3s {

inline constexpr const char* token_secret = "autosre-huggingface";
inline constexpr const char* browser_secret = "autosre-browser";
// On what `up` makes besides the release, so that `down` takes away no more than that.
inline constexpr const char* owner_label = "app.kubernetes.io/managed-by";
inline constexpr const char* owner = "autosre";

struct Target {
  std::string name_space = "autosre";
  std::string release = "autosre";
};

struct Desired {
  Target target;
  std::string recipe;         // its key
  std::string image;          // of the program, as the pods name it
  std::vector<Json> objects;  // as the chart renders them
  std::string hf_token;       // empty: none
  std::string browser_token;  // for a new Secret
};

// A revision of the release, as helm keeps it in a Secret.
struct Revision {
  int number = 0;
  std::string status;  // "deployed", "superseded", "failed", "pending-upgrade", …

  bool is_unfinished() const { return status.starts_with("pending-") || status == "uninstalling"; }
};

struct Live {
  std::string version;                            // of the server
  std::optional<std::vector<Range>> ranges = {};  // of services; absent: not known
  bool can_add_range = false;                     // it offers networking.k8s.io/v1 ServiceCIDR
  bool has_monitoring = false;                    // it knows ServiceMonitors
  std::vector<Service> services = {};             // of all namespaces
  std::vector<Node> nodes = {};
  std::vector<std::string> runtime_classes = {};
  std::vector<Json> owned = {};  // what `up` has made besides the release
  bool has_namespace = false;
  std::vector<Revision> revisions = {};
  std::vector<Json> objects = {};  // of the release, in the cluster
  std::vector<Json> secrets = {};  // the two that the chart refers to, whoever made them
};

struct Step {
  enum class Kind {
    create,   // object
    replace,  // object
    remove,   // object: kind, name and namespace
    import_image,
    forget_revision,  // of a helm that did not come to its end; object is its Secret
    upgrade,
    uninstall,
  };

  Kind kind = Kind::create;
  std::string text;  // for people, without secrets
  Json object = {};
};
std::string_view name_of(Step::Kind kind);

struct Plan {
  std::vector<Step> steps;
  std::vector<std::string> warnings;
  std::vector<Difference> differences;  // why it upgrades

  bool changes_nothing() const { return steps.empty(); }
};

// Throws base::Error when the cluster cannot take it, with what to do.
Plan plan_up(const Desired& desired, const Live& live);
Plan plan_down(const Target& target, const Live& live);

// The newest revision; nullopt: there is no release.
std::optional<Revision> newest(const std::vector<Revision>& revisions);

}  // namespace k3s
