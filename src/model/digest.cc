#include "model/digest.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/error.h"

namespace model {
namespace {

void require(int result) {
  if (result != 1) throw base::Error("cannot hash", "the library refuses");
}

}  // namespace

void Digest::Free::operator()(env_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest() : context_(EVP_MD_CTX_new()) {}

Digest Digest::sha256() {
  Digest digest;
  require(EVP_DigestInit_ex(digest.context_.get(), EVP_sha256(), nullptr));
  return digest;
}

Digest Digest::git_blob(std::uintmax_t bytes) {
  Digest digest;
  require(EVP_DigestInit_ex(digest.context_.get(), EVP_sha1(), nullptr));
  const std::string head = fmt::format("blob {}", bytes);
  digest.add({head.c_str(), head.size() + 1});
  return digest;
}

void Digest::add(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context_.get(), bytes.data(), &size));
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes.at(i));
  return text;
}

}  // namespace model
