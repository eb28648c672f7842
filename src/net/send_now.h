#pragma once

#include <string_view>

namespace net {

// Sends what the socket takes without waiting; returns how many bytes that was. An error shows in
// the next wait for the socket.
size_t send_now(int socket, std::string_view bytes);
// The same for what lies in two places.
size_t send_now(int socket, std::string_view first, std::string_view second);

}  // namespace net
