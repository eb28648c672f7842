#include "sys/digest.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/error.h"

namespace sys {

namespace {

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    is_good_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1;
  }

  void add(std::string_view bytes) {
    is_good_ = is_good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }

  // nullopt when the library has failed.
  std::optional<std::string> hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!is_good_ || EVP_DigestFinal_ex(context_.get(), digest, &size) != 1) return std::nullopt;
    std::string text;
    for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool is_good_ = false;
};

}  // namespace

std::string sha256_of(std::string_view bytes) {
  Digest digest;
  digest.add(bytes);
  std::optional<std::string> text = digest.hex();
  if (!text) throw base::Error("cannot hash " + std::to_string(bytes.size()) + " bytes");
  return *std::move(text);
}

std::string sha256_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw base::Error("cannot read \"" + path.string() + "\"", std::strerror(errno));
  Digest digest;
  std::vector<char> buffer(256 * 1024);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    digest.add({buffer.data(), static_cast<size_t>(file.gcount())});
  }
  std::optional<std::string> text = digest.hex();
  if (!text || file.bad()) throw base::Error("cannot hash \"" + path.string() + "\"");
  return *std::move(text);
}

}  // namespace sys
