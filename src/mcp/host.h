// What a server finds around it.
#pragma once

#include <boost/asio/io_context.hpp>

#include "config/paths.h"

namespace mcp {

struct Host {
  boost::asio::io_context& io;
  const config::Environment& environment;
};

}  // namespace mcp
