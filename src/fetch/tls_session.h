// The client's side of TLS, with a ClientHello like Chrome's. Bytes in, bytes out: the socket is
// somebody else's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

struct ssl_ctx_st;
struct ssl_st;

namespace fetch {

// What all sessions share: the profile, and the authorities that are trusted.
class TlsContext {
 public:
  // `trust` is a file of PEM certificates; empty: the system's. Throws base::Error when it cannot
  // be read.
  explicit TlsContext(const std::string& trust);
  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

class TlsSession {
 public:
  enum class State { handshaking, open, closed, failed };

  // `host` is what the certificate must be for, a name or an address.
  TlsSession(const TlsContext& context, const std::string& host);

  // Takes what the server sent; empty: it has closed the connection.
  void feed(std::string_view bytes);
  // What has to be sent to the server.
  std::string take_output();
  // What the server said, decrypted.
  std::string take_plain() { return std::exchange(plain_, {}); }
  void write(std::string_view plain);

  State state() const { return state_; }
  // The reason, when it failed: "its certificate has expired".
  const std::string& problem() const { return problem_; }
  // Agreed in the handshake: "h2", "http/1.1" or empty.
  std::string_view protocol() const;

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };
  void advance();
  bool failed(int result);

  std::unique_ptr<ssl_st, Free> session_;
  State state_ = State::handshaking;
  std::string plain_;
  std::string problem_;
};

}  // namespace fetch
