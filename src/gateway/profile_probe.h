// Asks an engine what it serves and what its chat template accepts.
#pragma once

#include <expected>
#include <string>

#include "net/upstream.h"
#include "translate/profile.h"

namespace gateway {

struct EngineFacts {
  translate::ModelProfile profile;
  int slots = 0;  // requests at a time, 0: the engine does not say
};

// Reads /v1/models and then, as the engine is vLLM or llama.cpp, asks its tokenizer or template
// endpoint to render a few short conversations. The error is for the log.
net::Task<std::expected<EngineFacts, std::string>> probe_engine(net::UpstreamPool& pool);

}  // namespace gateway
