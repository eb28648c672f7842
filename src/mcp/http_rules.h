// What the Streamable HTTP front asks of a request's head, and which status an answer has (pure).
#pragma once

#include <optional>
#include <string>

#include "mcp/session.h"
#include "net/http_head.h"

namespace mcp {

constexpr int header_mismatch = -32020;

// A page in the user's browser may reach a loopback port; it is no client.
bool comes_from_a_page(const net::RequestHead& head);

// In 2026-07-28 the head repeats version, method and name of the body; what contradicts or lacks
// them is refused. The text says which.
std::optional<std::string> head_fault(const net::RequestHead& head, const Received& received);

// The other era's only rule for the head: a version, where given, is one that is spoken here.
bool is_known_version(std::string_view version);

// Of an answer with that error code (0: none).
int http_status(const Received& received);

}  // namespace mcp
