// The same rule for addresses as for fetching, for what a browser of ours connects to.
#pragma once

#include <string>

#include <boost/asio/io_context.hpp>

#include "cdp/gate.h"

namespace mcp::browser {

// `allowed` as in AUTOSRE_FETCH_ALLOW. Throws base::Error (usage) when it is malformed.
cdp::Gate::Policy gate_policy(boost::asio::io_context& io, const std::string& allowed);

}  // namespace mcp::browser
