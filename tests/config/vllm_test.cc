#include "config/vllm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faults_of(std::string_view yaml) {
  const auto config = parse_vllm(yaml, "vllm.yaml");
  std::vector<std::string> texts;
  if (!config)
    for (const Fault& fault : config.error()) texts.push_back(fault.text());
  return texts;
}

constexpr const char* two_nodes =
    "nodes:\n"
    "  - {hostname: gb10-1, ip: 10.0.0.1}\n"
    "  - {hostname: gb10-2, ip: \"fd00::2\", ssh_user: ana, ssh_key: /k, role: head}\n";

TEST(VllmConfig, HasDefaultsForAllButTheNodes) {
  const auto config = parse_vllm(two_nodes, "f");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->docker_image, "vllm/vllm-openai:latest");
  EXPECT_EQ(config->docker_image_fallback, "vllm/vllm-openai:nightly");
  EXPECT_EQ(config->hf_cache_dir, "/data/huggingface");
  EXPECT_EQ(config->nccl_socket_ifname, "enp1s0f0np0");
  EXPECT_EQ(config->nodes[0].ssh_user, "root");
  EXPECT_EQ(config->nodes[0].ssh_key, "");
  EXPECT_EQ(config->nodes[1].ssh_user, "ana");
}

TEST(VllmConfig, TakesTheFirstWithTheRoleOfTheHeadElseTheFirst) {
  VllmConfig config = *parse_vllm(two_nodes, "f");
  EXPECT_EQ(config.head_node().hostname, "gb10-2");
  ASSERT_EQ(config.worker_nodes().size(), 1u);
  EXPECT_EQ(config.worker_nodes()[0].hostname, "gb10-1");
  EXPECT_TRUE(config.is_cluster());
  config.nodes[1].role = NodeRole::worker;
  EXPECT_EQ(config.head_node().hostname, "gb10-1");
  EXPECT_EQ(config.worker_nodes()[0].hostname, "gb10-2");
  config.nodes.pop_back();
  EXPECT_FALSE(config.is_cluster());
  EXPECT_THAT(config.worker_nodes(), IsEmpty());
}

TEST(VllmConfig, ReadsWhatItWrites) {
  VllmConfig config = *parse_vllm(two_nodes, "f");
  config.hf_cache_dir = "/a b: #c";
  config.docker_image = "true";
  EXPECT_EQ(*parse_vllm(to_yaml(config), "f"), config);
}

TEST(VllmConfig, NamesFileLineAndKeyOfEveryFault) {
  EXPECT_THAT(faults_of("nodes:\n"
                        "  - hostname: gb10-1\n"
                        "    ip: ten\n"
                        "    ssh_user: -oProxyCommand=x\n"
                        "  - hostname: a b\n"
                        "    rol: head\n"
                        "  - none\n"
                        "hf_cache_dir: data\n"
                        "docker_image: 7\n"),
              ElementsAre("vllm.yaml:3: nodes[0].ip: must be an IP address",
                          "vllm.yaml:4: nodes[0].ssh_user: must be the name of a user",
                          "vllm.yaml:5: nodes[1].hostname: may have letters, digits, dots and "
                          "dashes only",
                          "vllm.yaml:5: nodes[1].ip: is missing",
                          "vllm.yaml:6: nodes[1].rol: is no key of a node; did you mean role?",
                          "vllm.yaml:7: nodes[2]: must be a mapping, but is a text",
                          "vllm.yaml:8: hf_cache_dir: must be an absolute path",
                          "vllm.yaml:9: docker_image: must be a text, but is a number"));
  EXPECT_THAT(faults_of("nodes: [{hostname: a, ip: 10.0.0.1}, {hostname: b, ip: 10.0.0.1}]"),
              ElementsAre("vllm.yaml:1: nodes[1]: 10.0.0.1 stands here again"));
  EXPECT_THAT(faults_of("nodes: []"), ElementsAre("vllm.yaml:1: nodes: names no node"));
  EXPECT_THAT(faults_of("hf_cache_dir: /d"), ElementsAre("vllm.yaml:1: nodes: is missing"));
  EXPECT_THAT(faults_of("- a"), ElementsAre("vllm.yaml: must be one mapping of keys to values"));
  EXPECT_THAT(faults_of("a: [").front(), HasSubstr("is no YAML"));
}

TEST(VllmConfig, IsRequiredWithTheCommandThatMakesIt) {
  const auto line_of = [](const std::optional<std::string>& yaml) {
    try {
      require_vllm(yaml, "/data/vllm.yaml");
    } catch (const base::Error& error) {
      return error.line();
    }
    return std::string("no error");
  };
  EXPECT_EQ(line_of(std::nullopt),
            "error: no nodes are configured — there is no /data/vllm.yaml — run `autosre configure "
            "vllm --node <ip>`");
  EXPECT_EQ(line_of("nodes: []\nx: 1\n"),
            "error: the nodes' configuration is wrong — /data/vllm.yaml:2: x: is no key of the "
            "nodes' configuration — correct the file, or run `autosre configure vllm --node <ip>`");
  EXPECT_EQ(line_of(two_nodes), "no error");
}

}  // namespace
}  // namespace config
