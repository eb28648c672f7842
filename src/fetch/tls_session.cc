#include "fetch/tls_session.h"

#include <array>
#include <cstdint>
#include <vector>

#include <arpa/inet.h>
#include <brotli/decode.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "fetch/chrome.h"

namespace fetch {
namespace {

constexpr size_t max_certificates = 1u
                                    << 20;  // decompressed; BoringSSL has a lower limit of its own

// Where the distributions keep their bundle: Debian and Alpine, Fedora, SUSE.
constexpr std::array bundles{"/etc/ssl/certs/ca-certificates.crt",
                             "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"};

int decompress_brotli(SSL*, CRYPTO_BUFFER** out, size_t size, const uint8_t* in, size_t in_size) {
  if (size > max_certificates) return 0;
  uint8_t* data = nullptr;
  std::unique_ptr<CRYPTO_BUFFER, decltype(&CRYPTO_BUFFER_free)> buffer(
      CRYPTO_BUFFER_alloc(&data, size), CRYPTO_BUFFER_free);
  size_t written = size;
  if (!buffer ||
      BrotliDecoderDecompress(in_size, in, &written, data) != BROTLI_DECODER_RESULT_SUCCESS ||
      written != size)
    return 0;
  *out = buffer.release();
  return 1;
}

std::string system_bundle() {
  for (const char* file : bundles) {
    if (::access(file, R_OK) == 0) return file;
  }
  throw base::Error("no certificate authorities are known", "there is no bundle of them in /etc",
                    "install ca-certificates, or set SSL_CERT_FILE to a bundle");
}

std::string last_error() {
  const uint32_t code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason ? reason : "the connection broke off";
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

void expect_host(SSL* session, const std::string& host) {
  X509_VERIFY_PARAM* wanted = SSL_get0_param(session);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size());
    SSL_set_tlsext_host_name(session, host.c_str());
  }
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsContext::TlsContext(const std::string& trust) : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX* context = context_.get();
  const std::string bundle = trust.empty() ? system_bundle() : trust;
  if (SSL_CTX_load_verify_locations(context, bundle.c_str(), nullptr) != 1)
    throw base::Error("cannot read the certificate authorities in \"" + bundle + "\"", last_error(),
                      "check SSL_CERT_FILE");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_grease_enabled(context, 1);
  SSL_CTX_set_permute_extensions(context, 1);
  SSL_CTX_enable_ocsp_stapling(context);
  SSL_CTX_enable_signed_cert_timestamps(context);
  SSL_CTX_add_cert_compression_alg(context, TLSEXT_cert_compression_brotli, nullptr,
                                   decompress_brotli);
  const std::vector<uint8_t> anchors = chrome::trust_anchors();
  constexpr std::string_view offered{"\x02h2\x08http/1.1"};
  const bool is_set =
      SSL_CTX_set_strict_cipher_list(context, chrome::ciphers) == 1 &&
      SSL_CTX_set1_group_ids(context, chrome::groups.data(), chrome::groups.size()) == 1 &&
      SSL_CTX_set_verify_algorithm_prefs(context, chrome::signature_algorithms.data(),
                                         chrome::signature_algorithms.size()) == 1 &&
      SSL_CTX_set1_requested_trust_anchors(context, anchors.data(), anchors.size()) == 1 &&
      // This function alone is 0 on success.
      SSL_CTX_set_alpn_protos(context, reinterpret_cast<const uint8_t*>(offered.data()),
                              offered.size()) == 0;
  if (!is_set) throw base::Error("cannot prepare TLS", last_error());
}

void TlsSession::Free::operator()(ssl_st* session) const {
  SSL_free(session);
}

TlsSession::TlsSession(const TlsContext& context, const std::string& host)
    : session_(SSL_new(context.get())) {
  SSL* session = session_.get();
  SSL_set_bio(session, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(session);
  SSL_set_enable_ech_grease(session, 1);
  SSL_set_alps_use_new_codepoint(session, 1);
  const uint8_t h2[] = {'h', '2'};
  SSL_add_application_settings(session, h2, sizeof h2, nullptr, 0);
  expect_host(session, host);
  advance();
}

bool TlsSession::failed(int result) {
  const int error = SSL_get_error(session_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
  if (error == SSL_ERROR_ZERO_RETURN) {
    state_ = State::closed;
    return true;
  }
  const uint32_t code = ERR_peek_last_error();
  const bool is_untrusted =
      ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  const long verified = SSL_get_verify_result(session_.get());
  problem_ = is_untrusted ? "its certificate is not trusted: " +
                                std::string(X509_verify_cert_error_string(verified))
                          : "TLS failed: " + last_error();
  ERR_clear_error();
  state_ = State::failed;
  return true;
}

void TlsSession::advance() {
  if (state_ == State::handshaking) {
    const int result = SSL_do_handshake(session_.get());
    if (result == 1) {
      state_ = State::open;
    } else if (failed(result)) {
      return;
    }
  }
  std::array<char, 16384> buffer;
  while (state_ == State::open) {
    const int count = SSL_read(session_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count > 0) {
      plain_.append(buffer.data(), static_cast<size_t>(count));
    } else if (failed(count) || state_ == State::open) {
      return;
    }
  }
}

void TlsSession::feed(std::string_view bytes) {
  if (state_ == State::failed || state_ == State::closed) return;
  if (bytes.empty()) {
    if (state_ == State::handshaking) problem_ = "TLS failed: the server closed the connection";
    state_ = state_ == State::handshaking ? State::failed : State::closed;
    return;
  }
  BIO_write(SSL_get_rbio(session_.get()), bytes.data(), static_cast<int>(bytes.size()));
  advance();
}

std::string TlsSession::take_output() {
  BIO* out = SSL_get_wbio(session_.get());
  std::string bytes(BIO_ctrl_pending(out), '\0');
  if (!bytes.empty()) BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

void TlsSession::write(std::string_view plain) {
  if (state_ != State::open || plain.empty()) return;
  const int count = SSL_write(session_.get(), plain.data(), static_cast<int>(plain.size()));
  if (count <= 0) failed(count);
}

std::string_view TlsSession::protocol() const {
  const uint8_t* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(session_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

}  // namespace fetch
