#include "model/address.h"

#include <gtest/gtest.h>

#include "model/digest.h"
#include "model/pull.h"

namespace model {
namespace {

std::string read(std::string_view text) {
  const auto address = parse_address(text);
  if (!address) return "no: " + address.error();
  return (address->is_secure ? "tls " : "plain ") + address->authority() + " " + address->target;
}

TEST(HubAddress, HasSchemeHostPortAndTarget) {
  EXPECT_EQ(read("https://huggingface.co"), "tls huggingface.co /");
  EXPECT_EQ(read("https://h:8443/a/b?c=d#e"), "tls h:8443 /a/b?c=d");
  EXPECT_EQ(read("http://[::1]:80/x"), "plain [::1] /x");
  EXPECT_EQ(read("https://h?q"), "tls h /?q");
}

TEST(HubAddress, IsRefusedWhenItIsNone) {
  EXPECT_EQ(read("ftp://h"), "no: it does not begin with https:// or http://");
  EXPECT_EQ(read("https://"), "no: it names no host");
  EXPECT_EQ(read("https://h:0/"), "no: its port is none");
  EXPECT_EQ(read("https://h:99999/"), "no: its port is none");
  EXPECT_EQ(read("https://[::1"), "no: the bracket is not closed");
  EXPECT_EQ(read("https://u:p@h/"), "no: an address with a password is not taken");
  EXPECT_EQ(read("https://h/a b"), "no: it has blanks");
  EXPECT_EQ(read("https://h/\r\nX: y"), "no: it has blanks");
}

TEST(HubAddress, FollowsRedirectsButNotOutOfTls) {
  const Address from = *parse_address("https://hub/a");
  EXPECT_EQ(follow(from, "/b?c")->target, "/b?c");
  EXPECT_EQ(follow(from, "/b?c")->host, "hub");
  EXPECT_EQ(follow(from, "https://cdn/x")->host, "cdn");
  EXPECT_EQ(follow(from, "http://cdn/x").error(), "it leads from https:// to http://");
  EXPECT_FALSE(follow(from, "//cdn/x"));
  EXPECT_FALSE(follow(from, ""));
  EXPECT_TRUE(follow(*parse_address("http://hub"), "https://cdn/x"));
}

TEST(HubAddress, IsOfTheSameOriginBySchemeHostAndPort) {
  const Address hub = *parse_address("https://Hub/x");
  EXPECT_TRUE(hub.is_same_origin(*parse_address("https://hub:443/y")));
  EXPECT_FALSE(hub.is_same_origin(*parse_address("https://hub:444/y")));
  EXPECT_FALSE(hub.is_same_origin(*parse_address("http://hub:443/y")));
  EXPECT_FALSE(hub.is_same_origin(*parse_address("https://hub.evil/y")));
}

TEST(Digest, IsThatOfSha256AndOfGit) {
  Digest sha256 = Digest::sha256();
  sha256.add("a");
  sha256.add("bc");
  EXPECT_EQ(sha256.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest git = Digest::git_blob(6);  // echo hello | git hash-object --stdin
  git.add("hello\n");
  EXPECT_EQ(git.hex(), "ce013625030ba8dba906f756967f9e9ca394464a");
}

TEST(PullProgress, TellsBytesAndRate) {
  EXPECT_EQ(render_rate(1'500'000'000, 22'100'000'000, 98e6), "1.5 of 22.1 GB, 98.0 MB/s");
  EXPECT_EQ(render_rate(500'000, 2'000'000, 1e6), "0.5 of 2.0 MB, 1.0 MB/s");
}

}  // namespace
}  // namespace model
