// The two pipes of --remote-debugging-pipe. No port that others could reach, and the browser ends
// when they are closed, however that comes about.
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include "cdp/transport.h"
#include "sys/descriptor.h"

namespace cdp {

// `from_browser` is read, `to_browser` written; both become non-blocking.
std::unique_ptr<Transport> pipe_transport(boost::asio::io_context& io, sys::Descriptor from_browser,
                                          sys::Descriptor to_browser);

}  // namespace cdp
