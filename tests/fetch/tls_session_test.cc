#include "fetch/tls_session.h"

#include <cstdio>
#include <optional>

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "sys/folder.h"

namespace fetch {
namespace {

bssl::UniquePtr<EVP_PKEY> new_key() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  EC_KEY_generate_key(ec.get());
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  EVP_PKEY_set1_EC_KEY(key.get(), ec.get());
  return key;
}

struct Wanted {
  std::string names = "DNS:a.test,IP:127.0.0.1";
  long from = -3600;  // seconds from now
  long to = 3600;
};

// Signed by itself, so that it is its own authority.
bssl::UniquePtr<X509> certificate(EVP_PKEY* key, const Wanted& wanted) {
  bssl::UniquePtr<X509> made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), wanted.from);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), wanted.to);
  X509_NAME* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const uint8_t*>("test"),
                             -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  X509_set_pubkey(made.get(), key);
  for (const auto& [kind, value] : {std::pair{NID_subject_alt_name, wanted.names.c_str()},
                                    std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    bssl::UniquePtr<X509_EXTENSION> extension(X509V3_EXT_nconf_nid(nullptr, nullptr, kind, value));
    X509_add_ext(made.get(), extension.get(), -1);
  }
  X509_sign(made.get(), key, EVP_sha256());
  return made;
}

int compress_brotli(SSL*, CBB* out, const uint8_t* in, size_t size) {
  size_t space = BrotliEncoderMaxCompressedSize(size) + 64;
  uint8_t* to = nullptr;
  return CBB_reserve(out, &to, space) == 1 &&
         BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, size, in, &space, to) == BROTLI_TRUE &&
         CBB_did_write(out, space) == 1;
}

// A server in memory.
class Peer {
 public:
  Peer(EVP_PKEY* key, X509* certificate) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_use_PrivateKey(context_.get(), key);
    SSL_CTX_use_certificate(context_.get(), certificate);
    SSL_CTX_set_alpn_select_cb(context_.get(), choose, this);
  }
  SSL_CTX* context() { return context_.get(); }
  SSL* session() { return session_.get(); }
  std::string protocol = "h2";

  // The server's answer to what the client sent.
  std::string talk(const std::string& bytes) {
    if (!session_) {
      session_.reset(SSL_new(context_.get()));
      SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
      SSL_set_accept_state(session_.get());
    }
    if (!bytes.empty())
      BIO_write(SSL_get_rbio(session()), bytes.data(), static_cast<int>(bytes.size()));
    SSL_do_handshake(session());
    char buffer[4096];
    int count = 0;
    while ((count = SSL_read(session(), buffer, sizeof buffer)) > 0)
      heard.append(buffer, static_cast<size_t>(count));
    return pending();
  }
  std::string pending() {
    BIO* out = SSL_get_wbio(session());
    std::string sent(BIO_ctrl_pending(out), '\0');
    if (!sent.empty()) BIO_read(out, sent.data(), static_cast<int>(sent.size()));
    return sent;
  }
  std::string heard;

 private:
  static int choose(SSL*, const uint8_t** out, uint8_t* size, const uint8_t*, unsigned,
                    void* self) {
    const std::string& name = static_cast<Peer*>(self)->protocol;
    if (name.empty()) return SSL_TLSEXT_ERR_NOACK;
    *out = reinterpret_cast<const uint8_t*>(name.data());
    *size = static_cast<uint8_t>(name.size());
    return SSL_TLSEXT_ERR_OK;
  }
  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL> session_;
};

class TlsSessionTest : public testing::Test {
 protected:
  TlsSessionTest() : key_(new_key()) { present({}); }

  // The server shows this certificate, which is trusted.
  void present(const Wanted& wanted) {
    certificate_ = certificate(key_.get(), wanted);
    const std::string file = (folder_.path() / "trust.pem").string();
    std::FILE* out = std::fopen(file.c_str(), "w");
    PEM_write_X509(out, certificate_.get());
    std::fclose(out);
    trust_.emplace(file);
    peer_.emplace(key_.get(), certificate_.get());
  }

  // Both talk until neither has more to say, the bytes cut into pieces of that size.
  void talk(TlsSession& session, size_t piece = 1u << 20) {
    while (true) {
      const std::string answer = peer_->talk(session.take_output());
      if (answer.empty()) return;
      for (size_t at = 0; at < answer.size(); at += piece)
        session.feed(std::string_view(answer).substr(at, piece));
    }
  }

  testing_support::Folder folder_;
  bssl::UniquePtr<EVP_PKEY> key_;
  bssl::UniquePtr<X509> certificate_;
  std::optional<TlsContext> trust_;
  std::optional<Peer> peer_;
};

TEST_F(TlsSessionTest, CarriesDataBothWaysHoweverItIsCut) {
  for (const size_t piece : {1u, 7u, 1000u}) {
    present({});
    TlsSession session(*trust_, "a.test");
    talk(session, piece);
    ASSERT_EQ(session.state(), TlsSession::State::open) << session.problem();
    EXPECT_EQ(session.protocol(), "h2");
    session.write("question");
    talk(session);
    EXPECT_EQ(peer_->heard, "question");
    const std::string much(100'000, 'x');
    SSL_write(peer_->session(), much.data(), static_cast<int>(much.size()));
    SSL_key_update(peer_->session(), SSL_KEY_UPDATE_REQUESTED);
    talk(session, piece);
    EXPECT_EQ(session.take_plain(), much);
    session.write("more");  // with the new keys
    talk(session);
    EXPECT_EQ(peer_->heard, "questionmore");
    SSL_shutdown(peer_->session());
    talk(session);
    EXPECT_EQ(session.state(), TlsSession::State::closed);
  }
}

TEST_F(TlsSessionTest, SpeaksWithOldAndWithOtherServers) {
  const auto check = [&](const char* what) {
    TlsSession session(*trust_, "127.0.0.1");
    talk(session);
    EXPECT_EQ(session.state(), TlsSession::State::open) << what << ": " << session.problem();
    session.write("question");
    talk(session);
    EXPECT_EQ(peer_->heard, "question") << what;
  };
  SSL_CTX_set_max_proto_version(peer_->context(), TLS1_2_VERSION);
  check("TLS 1.2");
  present({});
  const uint16_t group =
      SSL_GROUP_SECP384R1;  // no key for it was sent: the hello is asked for again
  SSL_CTX_set1_group_ids(peer_->context(), &group, 1);
  check("HelloRetryRequest");
  present({});
  SSL_CTX_add_cert_compression_alg(peer_->context(), TLSEXT_cert_compression_brotli,
                                   compress_brotli, nullptr);
  check("compressed certificate");
  present({});
  peer_->protocol = "";
  check("no ALPN");
}

TEST_F(TlsSessionTest, TrustsOnlyWhatIsForThisHostAndThisDay) {
  const auto problem = [&](const Wanted& wanted, const std::string& host) {
    present(wanted);
    TlsSession session(*trust_, host);
    talk(session);
    return session.state() == TlsSession::State::failed ? session.problem() : "none";
  };
  const std::string untrusted = "its certificate is not trusted: ";
  EXPECT_EQ(problem({}, "a.test"), "none");
  EXPECT_EQ(problem({.names = "DNS:*.a.test"}, "x.a.test"), "none");
  EXPECT_EQ(problem({}, "b.test"), untrusted + "Hostname mismatch");
  EXPECT_EQ(problem({.names = "DNS:*.a.test"}, "x.y.a.test"), untrusted + "Hostname mismatch");
  EXPECT_EQ(problem({}, "127.0.0.2"), untrusted + "IP address mismatch");
  EXPECT_EQ(problem({.from = -7200, .to = -3600}, "a.test"), untrusted + "certificate has expired");
  EXPECT_EQ(problem({.from = 3600, .to = 7200}, "a.test"),
            untrusted + "certificate is not yet valid");
  // The same names by an authority that is not known.
  present({});
  const auto other = new_key();
  const auto forged = certificate(other.get(), {});
  Peer forger(other.get(), forged.get());
  peer_.reset();
  TlsSession session(*trust_, "a.test");
  for (std::string answer = "x"; !answer.empty();) {
    answer = forger.talk(session.take_output());
    if (!answer.empty()) session.feed(answer);
  }
  EXPECT_TRUE(session.problem().starts_with(untrusted)) << session.problem();
}

TEST_F(TlsSessionTest, FailsOnWhatIsNoTls) {
  TlsSession session(*trust_, "a.test");
  session.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(session.state(), TlsSession::State::failed);
  EXPECT_TRUE(session.problem().starts_with("TLS failed: ")) << session.problem();
  TlsSession silent(*trust_, "a.test");
  silent.feed({});
  EXPECT_EQ(silent.problem(), "TLS failed: the server closed the connection");
}

TEST(TlsContext, SaysWhichFileOfAuthoritiesIsNone) {
  EXPECT_THROW(TlsContext("/no/such/file"), base::Error);
}

}  // namespace
}  // namespace fetch
