// Hashes of content as it comes: SHA-256, or git's SHA-1 of a blob.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct env_md_ctx_st;

namespace model {

class Digest {
 public:
  static Digest sha256();
  // Git hashes the size before the content.
  static Digest git_blob(std::uintmax_t bytes);

  void add(std::string_view bytes);
  std::string hex();  // ends it

 private:
  struct Free {
    void operator()(env_md_ctx_st* context) const;
  };
  Digest();
  std::unique_ptr<env_md_ctx_st, Free> context_;
};

}  // namespace model
