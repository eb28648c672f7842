// Coroutines of the program's one io thread. Inside a co_await expression stand only names, moves
// and calls; arguments are built on the line before.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace net {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

}  // namespace net
