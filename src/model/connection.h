// A connection for one exchange, with or without TLS, that blocks its thread: for downloads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "config/paths.h"
#include "model/address.h"
#include "sys/descriptor.h"

struct ssl_ctx_st;
struct ssl_st;

namespace model {

// Ctrl-C, as an exception: it passes through everything that waits.
struct Interrupted {};

// The authorities that a server's certificate may come from: SSL_CERT_FILE's, else the system's.
class Trust {
 public:
  // Throws base::Error when they cannot be read.
  explicit Trust(const config::Environment& environment);
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

struct Waits {
  std::chrono::milliseconds longest{30'000};  // without a byte
  std::function<bool()> interrupted = [] { return false; };
};

class Connection {
 public:
  // Errors say what went wrong in words: "Connection refused", "its certificate is not trusted: …".
  // All that wait throw Interrupted.
  static base::Result<Connection> open(const Address& address, const Trust& trust,
                                       const Waits& waits);

  base::Result<void> write(std::string_view bytes);
  // How many bytes came; 0 when the server has closed the connection.
  base::Result<size_t> read(std::span<char> buffer);

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  Connection(sys::Descriptor socket, Waits waits)
      : socket_(std::move(socket)), waits_(std::move(waits)) {}
  base::Result<void> start_tls(const Address& address, const Trust& trust);
  base::Result<void> wait_for(short events);
  // After a call of the TLS library that did not succeed: waits for what it needs, or says why not.
  base::Result<void> recover(int result);

  sys::Descriptor socket_;
  Waits waits_;
  std::unique_ptr<ssl_st, Free> session_;  // none without TLS
};

}  // namespace model
