#include "config/vllm.h"

#include <algorithm>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "config/fields.h"

namespace config {
namespace {

constexpr const char* letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_of(std::string_view text, const std::string& characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

void blame_unless_fit(Fields& fields, const char* key, const std::optional<std::string>& fault) {
  if (fault) fields.blame(key, *fault);
}

GB10Node read_node(Fields& fields) {
  GB10Node node;
  std::string role = "worker";
  for (const char* key : {"hostname", "ip"}) fields.require(key);
  fields.text("hostname", node.hostname);
  fields.text("ip", node.ip);
  fields.text("ssh_user", node.ssh_user);
  fields.text("ssh_key", node.ssh_key);
  fields.text("role", role);
  fields.refuse_others();
  node.role = role == "head" ? NodeRole::head : NodeRole::worker;
  if (role != "head" && role != "worker") fields.blame("role", "must be head or worker");
  if (!node.hostname.empty() && !is_of(node.hostname, std::string(letters_and_digits) + ".-"))
    fields.blame("hostname", "may have letters, digits, dots and dashes only");
  if (!node.ip.empty()) blame_unless_fit(fields, "ip", fault_of_address(node.ip));
  blame_unless_fit(fields, "ssh_user", fault_of_user(node.ssh_user));
  return node;
}

void refuse_doubles(Fields& fields, const std::vector<GB10Node>& nodes) {
  for (size_t i = 0; i < nodes.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      if (nodes[i].ip == nodes[j].ip)
        fields.blame("nodes", fmt::format("{} stands here again", nodes[i].ip), i);
      else if (nodes[i].hostname == nodes[j].hostname)
        fields.blame("nodes", fmt::format("{} stands here again", nodes[i].hostname), i);
    }
}

}  // namespace

std::string_view name_of(NodeRole role) {
  return role == NodeRole::head ? "head" : "worker";
}

const GB10Node& VllmConfig::head_node() const {
  const auto head = std::ranges::find(nodes, NodeRole::head, &GB10Node::role);
  return head == nodes.end() ? nodes.at(0) : *head;
}

std::vector<GB10Node> VllmConfig::worker_nodes() const {
  std::vector<GB10Node> workers;
  for (const GB10Node& node : nodes)
    if (&node != &head_node()) workers.push_back(node);
  return workers;
}

std::filesystem::path vllm_file(const Paths& paths) {
  return paths.data / "vllm.yaml";
}

base::Result<VllmConfig, std::vector<Fault>> parse_vllm(std::string_view yaml,
                                                        const std::string& file) {
  const auto mapping = parse_mapping(yaml, file);
  if (!mapping) return std::unexpected(std::vector{mapping.error()});
  std::vector<Fault> faults;
  Fields fields(*mapping, file, "the nodes' configuration", faults);
  VllmConfig config;
  fields.require("nodes");
  for (const Fields::Part& part : fields.parts("nodes")) {
    Fields node(part.mapping, file, "a node", faults, part.path);
    config.nodes.push_back(read_node(node));
  }
  fields.text("docker_image", config.docker_image);
  fields.text("docker_image_fallback", config.docker_image_fallback);
  fields.text("hf_cache_dir", config.hf_cache_dir);
  fields.text("nccl_socket_ifname", config.nccl_socket_ifname);
  fields.refuse_others();
  blame_unless_fit(fields, "hf_cache_dir", fault_of_folder(config.hf_cache_dir));
  if (faults.empty() && config.nodes.empty()) fields.blame("nodes", "names no node");
  if (faults.empty()) refuse_doubles(fields, config.nodes);
  if (faults.empty()) return config;
  sort_faults(faults);
  return std::unexpected(std::move(faults));
}

std::string to_yaml(const VllmConfig& config) {
  YAML::Emitter out;
  out << YAML::Comment("The nodes that vLLM runs on; written by `autosre configure vllm`.")
      << YAML::BeginMap << YAML::Key << "nodes" << YAML::BeginSeq;
  for (const GB10Node& node : config.nodes) {
    out << YAML::BeginMap << YAML::Key << "hostname" << YAML::DoubleQuoted << node.hostname
        << YAML::Key << "ip" << YAML::DoubleQuoted << node.ip << YAML::Key << "ssh_user"
        << YAML::DoubleQuoted << node.ssh_user;
    if (!node.ssh_key.empty()) out << YAML::Key << "ssh_key" << YAML::DoubleQuoted << node.ssh_key;
    out << YAML::Key << "role" << std::string(name_of(node.role)) << YAML::EndMap;
  }
  out << YAML::EndSeq;
  for (const auto& [key, value] : {std::pair{"docker_image", &config.docker_image},
                                   {"docker_image_fallback", &config.docker_image_fallback},
                                   {"hf_cache_dir", &config.hf_cache_dir},
                                   {"nccl_socket_ifname", &config.nccl_socket_ifname}})
    out << YAML::Key << key << YAML::DoubleQuoted << *value;
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

VllmConfig require_vllm(const std::optional<std::string>& yaml, const std::string& file) {
  const char* remedy = "run `autosre configure vllm --node <ip>`";
  if (!yaml) throw base::Error("no nodes are configured", "there is no " + file, remedy);
  auto config = parse_vllm(*yaml, file);
  if (config) return *std::move(config);
  const std::vector<Fault>& faults = config.error();
  const std::string more =
      faults.size() > 1 ? fmt::format(", and {} more", faults.size() - 1) : std::string();
  throw base::Error("the nodes' configuration is wrong", faults.front().text() + more,
                    fmt::format("correct the file, or {}", remedy));
}

std::optional<std::string> fault_of_address(std::string_view ip) {
  unsigned char bytes[sizeof(in6_addr)];
  const std::string text(ip);
  const bool is_address =
      inet_pton(AF_INET, text.c_str(), bytes) == 1 || inet_pton(AF_INET6, text.c_str(), bytes) == 1;
  if (is_address) return std::nullopt;
  return "must be an IP address";
}

// It stands before the address on the SSH client's command line, where a dash would begin an
// option.
std::optional<std::string> fault_of_user(std::string_view user) {
  if (is_of(user, std::string(letters_and_digits) + "._-") && user[0] != '-') return std::nullopt;
  return "must be the name of a user";
}

std::optional<std::string> fault_of_folder(std::string_view folder) {
  if (folder.starts_with('/') && folder.find_first_of("\n\"'") == std::string_view::npos)
    return std::nullopt;
  return "must be an absolute path";
}

}  // namespace config
