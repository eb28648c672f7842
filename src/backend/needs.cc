#include "backend/needs.h"

#include <fmt/format.h>

#include "gpu/gate.h"
#include "gpu/look.h"
#include "recipe/catalog.h"
#include "sys/files.h"
#include "sys/process.h"

namespace backend {
namespace {

namespace fs = std::filesystem;

std::string path_of(const char* program, const config::Environment& environment) {
  const auto found = sys::find_program(program, environment);
  return found ? found->string() : std::string();
}

// Also where k3s looks besides PATH.
bool has_runtime(const config::Environment& environment) {
  if (sys::find_program("nvidia-container-runtime", environment)) return true;
  std::error_code error;
  return fs::exists("/usr/local/nvidia/toolkit/nvidia-container-runtime", error);
}

Need need(const char* code, const char* subject, bool is_met, std::string evidence,
          std::string remedy) {
  return {.code = code,
          .subject = subject,
          .is_met = is_met,
          .evidence = std::move(evidence),
          .remedy = is_met ? std::string() : std::move(remedy)};
}

Need judge_gpu(const Seen& seen) {
  if (seen.gpu.devices.empty())
    return need("gpu", "NVIDIA GPU", false, seen.gpu.problem,
                "install the NVIDIA driver; without a GPU: `autosre start --local`");
  const gpu::Device& device = seen.gpu.devices.front();
  const std::string memory = device.is_unified()
                                 ? gpu::render_gib(seen.gpu.host.total) + " shared with the host"
                                 : gpu::render_gib(*device.memory_total);
  return need("gpu", "NVIDIA GPU", true,
              fmt::format("{}, {}, driver {}", device.name, memory, device.driver), {});
}

Need judge_nodes(const Seen& seen) {
  const char* remedy = "autosre configure vllm --node <ip>";
  if (!seen.nodes)
    return need("nodes", "nodes", false,
                seen.nodes_fault.empty() ? "there is no " + seen.nodes_file : seen.nodes_fault,
                remedy);
  std::string names;
  for (const config::GB10Node& node : seen.nodes->nodes)
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", node.hostname, node.ip);
  return need("nodes", "nodes", true, names, {});
}

Need judge_weights(const Seen& seen) {
  const std::string remedy = "autosre models pull " + seen.model_key;
  const std::string where = fmt::format("{} in {}", seen.model_id, seen.cache);
  switch (seen.weights.kind) {
    case model::Presence::Kind::complete:
      return need("weights", "weights", true,
                  fmt::format("{}, {}", where, gpu::render_gib(seen.weights.bytes)), {});
    case model::Presence::Kind::partial:
      return need("weights", "weights", false,
                  fmt::format("{}: {} is missing", where, seen.weights.missing), remedy);
    case model::Presence::Kind::absent:
      break;
  }
  return need("weights", "weights", false, "no " + where, remedy);
}

}  // namespace

Seen look(const config::Environment& environment) {
  Seen seen;
  seen.kubectl = path_of("kubectl", environment);
  if (const std::string k3s = path_of("k3s", environment); seen.kubectl.empty() && !k3s.empty())
    seen.kubectl = k3s + " kubectl";
  seen.helm = path_of("helm", environment);
  seen.gpu = gpu::look(environment);
  seen.has_gpu_runtime = has_runtime(environment);
  const fs::path file = config::vllm_file(config::resolve_paths(environment));
  seen.nodes_file = file.string();
  config::VllmConfig defaults;
  if (const auto text = sys::read_file(file)) {
    const auto nodes = config::parse_vllm(*text, file.string());
    if (nodes)
      seen.nodes = *nodes;
    else
      seen.nodes_fault = nodes.error().front().text();
  }
  seen.cache = (seen.nodes ? *seen.nodes : defaults).hf_cache_dir;
  const recipe::Catalog catalog = recipe::make_catalog(recipe::compiled_in(), {});
  seen.model_key = recipe::default_model_key;
  seen.model_id = recipe::find_entry(catalog, seen.model_key).recipe->model_id;
  seen.weights = model::find_weights(seen.cache, seen.model_id);
  return seen;
}

std::vector<Need> judge(const Seen& seen) {
  const std::string runtime =
      seen.has_gpu_runtime ? "nvidia-container-runtime" : "nvidia-container-runtime is not there";
  return {
      need("kubectl", "k3s", !seen.kubectl.empty(),
           seen.kubectl.empty() ? "neither k3s nor kubectl is on PATH" : seen.kubectl,
           "install k3s: https://docs.k3s.io/quick-start"),
      need("helm", "helm", !seen.helm.empty(), seen.helm.empty() ? "not on PATH" : seen.helm,
           "install Helm: https://helm.sh/docs/intro/install"),
      judge_gpu(seen),
      need("gpu-runtime", "GPU runtime", seen.has_gpu_runtime, runtime,
           "install nvidia-container-toolkit and restart k3s"),
      judge_nodes(seen),
      judge_weights(seen),
  };
}

}  // namespace backend
