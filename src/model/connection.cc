#include "model/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace model {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds slice{200};  // between two looks for Ctrl-C

// Debian and Ubuntu, Fedora, openSUSE, Alpine.
constexpr std::array bundles = {"/etc/ssl/certs/ca-certificates.crt",
                                "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                "/etc/ssl/cert.pem"};

std::string bundle_of(const config::Environment& environment) {
  const auto named = environment.find("SSL_CERT_FILE");
  if (named != environment.end() && !named->second.empty()) return named->second;
  for (const char* file : bundles)
    if (access(file, R_OK) == 0) return file;
  return {};
}

// An address, not a name: it gets no server name, and the certificate must name the address.
bool is_numeric(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  freeaddrinfo(found);
  return true;
}

std::string tls_problem(ssl_st* session) {
  if (const long verdict = SSL_get_verify_result(session); verdict != X509_V_OK)
    return std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(verdict);
  const auto code = ERR_get_error();
  if (code == 0) return "the connection broke off";
  const char* reason = ERR_reason_error_string(code);
  return std::string("TLS: ") + (reason == nullptr ? "failed" : reason);
}

}  // namespace

void Trust::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

void Connection::Free::operator()(ssl_st* session) const {
  SSL_free(session);
}

Trust::Trust(const config::Environment& environment) : context_(SSL_CTX_new(TLS_client_method())) {
  const std::string bundle = bundle_of(environment);
  if (!context_ || bundle.empty() ||
      SSL_CTX_load_verify_locations(context_.get(), bundle.c_str(), nullptr) != 1)
    throw base::Error("no certificates to trust",
                      bundle.empty() ? "there is no bundle" : "cannot read " + bundle,
                      "install ca-certificates, or set SSL_CERT_FILE to a PEM file");
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
}

base::Result<Connection> Connection::open(const Address& address, const Trust& trust,
                                          const Waits& waits) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (const int error = getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found); error != 0)
    return std::unexpected(gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::string problem = "no address";
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Connection connection(
        sys::Descriptor(socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
        waits);
    int error = connect(connection.socket_.get(), each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
      if (auto ready = connection.wait_for(POLLOUT); !ready) {
        problem = ready.error();
        continue;
      }
      socklen_t size = sizeof error;
      getsockopt(connection.socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error != 0) {
      problem = std::strerror(error);
      continue;
    }
    if (!address.is_secure) return connection;
    if (auto secure = connection.start_tls(address, trust); !secure)
      return std::unexpected(secure.error());
    return connection;
  }
  return std::unexpected(problem);
}

base::Result<void> Connection::start_tls(const Address& address, const Trust& trust) {
  session_.reset(SSL_new(trust.get()));
  if (!session_) return std::unexpected("TLS: no session");
  X509_VERIFY_PARAM* expected = SSL_get0_param(session_.get());
  if (is_numeric(address.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(expected, address.host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(expected, address.host.c_str(), address.host.size());
    SSL_set_tlsext_host_name(session_.get(), address.host.c_str());
  }
  if (SSL_set_fd(session_.get(), socket_.get()) != 1) return std::unexpected("TLS: no socket");
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(session_.get());
    if (result == 1) return {};
    if (auto again = recover(result); !again) return again;
  }
}

base::Result<void> Connection::wait_for(short events) {
  const auto end = steady_clock::now() + waits_.longest;
  while (steady_clock::now() < end) {
    if (waits_.interrupted()) throw Interrupted{};
    pollfd entry{.fd = socket_.get(), .events = events, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(slice.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return std::unexpected(std::strerror(errno));
  }
  return std::unexpected("no answer in time");
}

base::Result<void> Connection::recover(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait_for(POLLIN);
    case SSL_ERROR_WANT_WRITE:
      return wait_for(POLLOUT);
    default:
      return std::unexpected(tls_problem(session_.get()));
  }
}

base::Result<void> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (session_) {
      ERR_clear_error();
      const int size = static_cast<int>(std::min<size_t>(bytes.size(), 1u << 16));
      const int sent = SSL_write(session_.get(), bytes.data(), size);
      if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
      if (sent > 0) continue;
      if (auto again = recover(sent); !again) return again;
      continue;
    }
    const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
    if (sent >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return std::unexpected(std::strerror(errno));
    if (auto ready = wait_for(POLLOUT); !ready) return ready;
  }
  return {};
}

base::Result<size_t> Connection::read(std::span<char> buffer) {
  while (true) {
    if (waits_.interrupted()) throw Interrupted{};
    if (session_) {
      ERR_clear_error();
      const int size = static_cast<int>(std::min<size_t>(buffer.size(), 1u << 20));
      const int got = SSL_read(session_.get(), buffer.data(), size);
      if (got > 0) return static_cast<size_t>(got);
      if (SSL_get_error(session_.get(), got) == SSL_ERROR_ZERO_RETURN) return 0;
      if (auto again = recover(got); !again) return std::unexpected(again.error());
      continue;
    }
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return std::unexpected(std::strerror(errno));
    if (auto ready = wait_for(POLLIN); !ready) return std::unexpected(ready.error());
  }
}

}  // namespace model
