// What a served model's chat template and engine accept. Probed from the engine when the model is
// first seen (gateway/), refined when the engine refuses.
#pragma once

#include <cstdint>
#include <string>

namespace translate {

enum class Engine { unknown, vllm, llamacpp };

struct ModelProfile {
  std::string model{};  // the engine's id for it
  Engine engine = Engine::unknown;
  int64_t window = 0;             // context length in tokens; 0: not known
  bool vision = false;            // image parts in user messages
  bool inline_system = true;      // a system message may stand in the middle; else it is folded
  bool merge_same_role = false;   // user and assistant must alternate
  bool reasoning_history = true;  // earlier thinking goes back as `reasoning` (vLLM)
                                  // or `reasoning_content` (llama.cpp and unknown engines)
  // Words for the template that keep earlier thinking where it was; without them Qwen3.6 and
  // GLM 4.7 rewrite every turn before the user's last words. Other templates do not read them. vLLM
  // and llama.cpp only.
  bool keep_thinking = true;
  bool thinking_switch = true;  // chat_template_kwargs.enable_thinking is understood
  bool effort = false;          // the template reads reasoning_effort (low, medium, high)
  // vLLM takes thinking_token_budget, but only where it was started with a reasoning parser: else
  // it refuses the request. llama.cpp takes its own (thinking_budget_tokens) always.
  bool thinking_budget = false;
};

}  // namespace translate
