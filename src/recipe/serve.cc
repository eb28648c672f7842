#include "recipe/serve.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace recipe {
namespace {

// A flag, the key that it comes from, and its value; an empty value means no flag.
struct Row {
  std::string_view flag;
  std::string_view origin;
  std::string (*value)(const Recipe&);
};

constexpr std::array rows = {
    // A container's server must answer to others than itself.
    Row{"--host", "the program itself", [](const Recipe&) { return std::string("0.0.0.0"); }},
    Row{"--port", "api_port", [](const Recipe& r) { return std::to_string(r.api_port); }},
    Row{"--tensor-parallel-size", "tensor_parallel",
        [](const Recipe& r) { return std::to_string(r.tensor_parallel); }},
    Row{"--max-model-len", "max_model_len",
        [](const Recipe& r) { return std::to_string(r.max_model_len); }},
    Row{"--gpu-memory-utilization", "gpu_memory_utilization",
        [](const Recipe& r) { return fmt::format("{}", r.gpu_memory_utilization); }},
    Row{"--max-num-seqs", "max_num_seqs",
        [](const Recipe& r) { return std::to_string(r.max_num_seqs); }},
    Row{"--max-num-batched-tokens", "max_num_batched_tokens",
        [](const Recipe& r) { return std::to_string(r.max_num_batched_tokens); }},
    Row{"--kv-cache-dtype", "kv_cache_dtype", [](const Recipe& r) { return r.kv_cache_dtype; }},
    Row{"--quantization", "quantization", [](const Recipe& r) { return r.quantization; }},
    Row{"--attention-backend", "attention_backend",
        [](const Recipe& r) { return r.attention_backend; }},
    Row{"--moe-backend", "moe_backend", [](const Recipe& r) { return r.moe_backend; }},
    Row{"--chat-template", "chat_template", [](const Recipe& r) { return r.chat_template; }},
};

constexpr std::array<std::string_view, 5> of_the_nodes = {
    "--nnodes", "--node-rank", "--master-addr", "--master-port", "--headless"};

bool begins_with_serve(std::string_view image) {
  const std::string_view name = image.substr(0, image.find_first_of(":@", image.rfind('/') + 1));
  const size_t at = name.rfind("vllm/vllm-openai");
  return at != std::string_view::npos && (at == 0 || name[at - 1] == '/');
}

}  // namespace

std::vector<std::string> build_vllm_serve_cmd(const Recipe& recipe) {
  std::vector<std::string> command = {"vllm", "serve", recipe.model_id};
  for (const Row& row : rows)
    if (const std::string value = row.value(recipe); !value.empty())
      command.push_back(fmt::format("{}={}", row.flag, value));
  command.insert(command.end(), recipe.extra_args.begin(), recipe.extra_args.end());
  return command;
}

std::vector<std::string> container_args(const Recipe& recipe) {
  std::vector<std::string> command = build_vllm_serve_cmd(recipe);
  if (begins_with_serve(recipe.docker_image)) command.erase(command.begin(), command.begin() + 2);
  return command;
}

std::string_view origin_of_flag(std::string_view flag) {
  // The model server takes --max_num_seqs for --max-num-seqs.
  std::string name(flag);
  std::ranges::replace(name, '_', '-');
  if (const auto* const row = std::ranges::find(rows, name, &Row::flag); row != rows.end())
    return row->origin;
  if (name == "--model") return "model_id";
  return is_of_the_nodes(name) ? "the nodes' configuration" : std::string_view();
}

bool is_of_the_nodes(std::string_view flag) {
  return std::ranges::find(of_the_nodes, flag) != of_the_nodes.end();
}

}  // namespace recipe
