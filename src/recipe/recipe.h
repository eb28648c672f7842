// A recipe: how one model is served, the only source of the serve command, the container's
// environment and the chart's values. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace recipe {

enum class Mode { solo, cluster };

struct Recipe {
  std::string model_key;  // what users type
  std::string model_id;   // ORG/NAME of the weights
  std::string short_name;
  std::string description;
  std::string docker_image;  // with a tag or a digest
  Mode mode = Mode::solo;
  int tensor_parallel = 1;  // GPUs, over all nodes
  int max_model_len = 0;    // tokens
  double gpu_memory_utilization = 0;
  int max_num_seqs = 0;
  int max_num_batched_tokens = 0;
  std::string kv_cache_dtype = "auto";
  // Empty: the checkpoint's or vLLM's own choice, and no flag.
  std::string quantization;
  std::string attention_backend;
  std::string moe_backend;
  std::string chat_template;
  int api_port = 0;
  std::vector<std::string> extra_args;  // "--flag" or "--flag=value"
  std::map<std::string, std::string> env;
  std::vector<std::string> capabilities;
  std::vector<std::string> best_for;

  bool operator==(const Recipe&) const = default;
};

std::string_view name_of(Mode mode);

}  // namespace recipe
