// What the cluster says of its objects, as plain structs. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace k3s {

using Json = nlohmann::ordered_json;

struct Deployment {
  std::string name;
  int wanted = 1;
  int updated = 0;  // pods of the newest template
  int ready = 0;
  int total = 0;             // pods, also of older templates
  bool is_observed = false;  // the controller has seen the newest specification
  bool has_given_up = false;
  std::string recipe;  // of the model server's
  std::string model;
  std::optional<Json> container = std::nullopt;  // the template's first
};

struct ContainerState {
  std::string name;
  bool is_running = false;
  bool is_ready = false;
  int restarts = 0;
  std::string waiting = {};  // "ImagePullBackOff", "CrashLoopBackOff"
  std::string message = {};
  std::string last_end = {};  // "OOMKilled", "Error (exit code 1)"
};

struct Pod {
  std::string name;
  std::string uid;
  std::string part;  // the deployment's name
  std::string phase;
  std::string node;
  bool is_ready = false;
  bool is_leaving = false;
  std::string unschedulable;  // why no node takes it
  std::string started_at;
  std::vector<ContainerState> containers;
};

struct Event {
  std::string time;
  std::string type;  // "Normal", "Warning"
  std::string reason;
  std::string message;
  int count = 1;
};

struct Service {
  std::string name_space;
  std::string name;
  std::string release;
  std::string address;  // "None" or empty: it has none
  int port = 0;         // the first
};

struct Node {
  std::string name;
  int gpus = 0;  // that pods may ask for
};

// The items of a list that kubectl printed; throws base::Error when it is none.
std::vector<Json> parse_list(std::string_view text);
std::vector<Json> of_kind(const std::vector<Json>& objects, std::string_view kind);

// Of an object of that kind; what is missing or of another type counts as absent.
Deployment to_deployment(const Json& object);
Pod to_pod(const Json& object);
Event to_event(const Json& object);
Service to_service(const Json& object);
Node to_node(const Json& object);

// The text at "/metadata/name", or empty.
std::string text_at(const Json& object, const char* pointer);
// A label of the object.
std::string label_of(const Json& object, const std::string& name);

}  // namespace k3s
