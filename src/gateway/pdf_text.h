// The text of PDF documents in a request. Kept by content, for a session sends its documents again
// with each turn.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/io_context.hpp>

#include "net/task.h"

namespace gateway {

class PdfText {
 public:
  explicit PdfText(boost::asio::io_context& io) : io_(io) {}
  // Never fails: the text then says what is wrong.
  net::Task<std::string> extract(std::string_view base64);

 private:
  boost::asio::io_context& io_;
  std::unordered_map<uint64_t, std::string> texts_;
  size_t kept_ = 0;  // bytes in texts_
};

}  // namespace gateway
