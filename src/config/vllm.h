// The nodes that vLLM runs on: data/vllm.yaml, written by `autosre configure vllm`. Pure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/fault.h"
#include "config/paths.h"

namespace config {

enum class NodeRole { head, worker };
std::string_view name_of(NodeRole role);

struct GB10Node {
  std::string hostname;
  std::string ip;
  std::string ssh_user = "root";
  std::string ssh_key = {};  // a path; empty: the SSH client's own choice
  NodeRole role = NodeRole::worker;

  bool operator==(const GB10Node&) const = default;
};

struct VllmConfig {
  std::vector<GB10Node> nodes;
  std::string docker_image = "vllm/vllm-openai:latest";
  std::string docker_image_fallback = "vllm/vllm-openai:nightly";
  std::string hf_cache_dir = "/data/huggingface";
  std::string nccl_socket_ifname = "enp1s0f0np0";

  // The first with that role, else the first. There is at least one node.
  const GB10Node& head_node() const;
  std::vector<GB10Node> worker_nodes() const;  // all but the head
  bool is_cluster() const { return nodes.size() > 1; }
  bool operator==(const VllmConfig&) const = default;
};

std::filesystem::path vllm_file(const Paths& paths);

base::Result<VllmConfig, std::vector<Fault>> parse_vllm(std::string_view yaml,
                                                        const std::string& file);
std::string to_yaml(const VllmConfig& config);

// For a command that cannot do without: `yaml` is the file's text, nullopt when there is none.
// Throws base::Error with what is wrong, or with the command that makes one.
VllmConfig require_vllm(const std::optional<std::string>& yaml, const std::string& file);

// What is wrong with a value, or nullopt; configure and the file are held to the same.
std::optional<std::string> fault_of_address(std::string_view ip);
std::optional<std::string> fault_of_user(std::string_view user);
std::optional<std::string> fault_of_folder(std::string_view folder);

}  // namespace config
