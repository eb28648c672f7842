// The ports of the stack, on 127.0.0.1 in local mode and on the services' addresses in a cluster.
#pragma once

namespace config {

constexpr int api_port = 8010;          // the engine, OpenAI-compatible
constexpr int proxy_port = 8011;        // Anthropic Messages
constexpr int codex_proxy_port = 8012;  // OpenAI Responses

}  // namespace config
