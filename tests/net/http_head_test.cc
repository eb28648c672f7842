#include "net/http_head.h"

#include <string>

#include <gtest/gtest.h>

namespace net {
namespace {

struct Parsed {
  HeadState state;
  RequestHead head;
  size_t length = 0;
};

Parsed request(const std::string& bytes) {
  Parsed parsed;
  parsed.state = parse_head(bytes, parsed.head, parsed.length);
  return parsed;
}
// A POST with these header lines.
Parsed post(const std::string& headers) {
  return request("POST /v1/messages HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
}

TEST(RequestHead, HasMethodTargetAndHeaders) {
  const std::string text =
      "POST /v1/messages?beta=true HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nX-A:  b c \r\n\r\n";
  const Parsed parsed = request(text + "{\"model\":\"m");
  ASSERT_EQ(parsed.state, HeadState::complete);
  EXPECT_EQ(parsed.length, text.size());
  EXPECT_EQ(parsed.head.method, "POST");
  EXPECT_EQ(parsed.head.target, "/v1/messages?beta=true");
  EXPECT_EQ(parsed.head.path(), "/v1/messages");
  EXPECT_EQ(parsed.head.content_length, 12u);
  EXPECT_EQ(parsed.head.get("x-a"), "b c");
  EXPECT_EQ(parsed.head.get("missing"), "");
  EXPECT_FALSE(parsed.head.chunked);
}

TEST(RequestHead, IsIncompleteUntilItsBlankLine) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (size_t size = 0; size < text.size(); ++size)
    EXPECT_EQ(request(text.substr(0, size)).state, HeadState::incomplete) << size;
  EXPECT_EQ(request(text).state, HeadState::complete);
}

TEST(RequestHead, TellsWhetherTheConnectionStays) {
  EXPECT_TRUE(post("").head.keep_alive);
  EXPECT_FALSE(post("Connection: close\r\n").head.keep_alive);
  const Parsed old = request("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.head.http10);
  EXPECT_FALSE(old.head.keep_alive);
  EXPECT_TRUE(request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.keep_alive);
}

TEST(RequestHead, IsBounded) {
  const std::string value(max_head - 100, 'a');
  EXPECT_EQ(post("X-A: " + value + "\r\n").state, HeadState::complete);
  EXPECT_EQ(post("X-A: " + value + value + "\r\n").state, HeadState::too_large);
  EXPECT_EQ(request("GET / HTTP/1.1\r\nX-A: " + value + value).state, HeadState::too_large);
  EXPECT_EQ(request(std::string(max_head + 1, 'A')).state, HeadState::too_large);
}

TEST(RequestHead, TakesManyHeaders) {
  std::string lines;
  for (int i = 0; i < 500; ++i)
    lines += "x-" + std::to_string(i) + ": " + std::to_string(i) + "\r\n";
  const Parsed parsed = post(lines);
  ASSERT_EQ(parsed.state, HeadState::complete);
  EXPECT_EQ(parsed.head.get("x-499"), "499");
}

struct Bad {
  const char* name;
  const char* text;
};
void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.text;
}

class BadRequestHead : public testing::TestWithParam<Bad> {};

TEST_P(BadRequestHead, IsRefused) {
  EXPECT_EQ(request(GetParam().text).state, HeadState::malformed);
}

INSTANTIATE_TEST_SUITE_P(
    Framing, BadRequestHead,
    testing::Values(
        Bad{"length_and_chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
            "chunked\r\n\r\n"},
        Bad{"chunked_and_length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
            "5\r\n\r\n"},
        Bad{"two_lengths",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"},
        Bad{"a_list_of_lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\n"},
        Bad{"a_signed_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n"},
        Bad{"a_negative_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"},
        Bad{"a_hexadecimal_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n"},
        Bad{"a_length_beyond_64_bits",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"},
        Bad{"an_empty_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n"},
        Bad{"chunked_not_last",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n"},
        Bad{"a_coding_that_is_not_known",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"}),
    [](const auto& tested) { return std::string(tested.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Syntax, BadRequestHead,
    testing::Values(Bad{"space_before_the_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},
                    Bad{"no_colon", "GET / HTTP/1.1\r\nHost\r\n\r\n"},
                    Bad{"no_name", "GET / HTTP/1.1\r\n: a\r\n\r\n"},
                    Bad{"a_line_that_begins_with_space", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
                    Bad{"no_version", "GET /\r\n\r\n"},
                    Bad{"version_two", "GET / HTTP/2.0\r\n\r\n"},
                    Bad{"spaces_in_the_target", "GET /a b HTTP/1.1\r\n\r\n"},
                    Bad{"a_lone_return", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n"},
                    Bad{"an_answer", "HTTP/1.1 200 OK\r\n\r\n"},
                    Bad{"another_protocol", "\x16\x03\x01\x02\r\n\r\n"}),
    [](const auto& tested) { return std::string(tested.param.name); });

// RFC 9112 §5.2: refused, or the fold replaced by space; a line end must not stay.
TEST(RequestHead, HasNoFoldedLines) {
  const Parsed parsed = post("X-A: b\r\n c\r\n\td\r\n");
  if (parsed.state == HeadState::malformed) return;
  ASSERT_EQ(parsed.state, HeadState::complete);
  EXPECT_EQ(parsed.head.get("x-a").find_first_of("\r\n"), std::string_view::npos);
}

TEST(RequestHead, TakesTheSameLengthTwiceForOneOrRefusesIt) {
  const Parsed parsed = post("Content-Length: 5\r\nContent-Length: 5\r\n");
  if (parsed.state == HeadState::complete) EXPECT_EQ(parsed.head.content_length, 5u);
}

TEST(ResponseHead, HasAStatus) {
  ResponseHead head;
  size_t length = 0;
  const std::string text =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n";
  ASSERT_EQ(parse_head(text, head, length), HeadState::complete);
  EXPECT_EQ(head.status, 503);
  EXPECT_TRUE(head.chunked);
  EXPECT_EQ(head.get("retry-after"), "7");
  EXPECT_EQ(length, text.size());
}

TEST(ResponseHead, NeedsNoPhraseAndMayHaveAnyStatus) {
  for (const int status : {100, 200, 299, 418, 529, 599}) {
    ResponseHead head;
    size_t length = 0;
    const std::string text = "HTTP/1.1 " + std::to_string(status) + " \r\n\r\n";
    ASSERT_EQ(parse_head(text, head, length), HeadState::complete) << status;
    EXPECT_EQ(head.status, status);
  }
}

TEST(ReasonPhrase, IsNeverEmptyForWhatTheProxySends) {
  for (const int status :
       {100, 200, 400, 401, 403, 404, 405, 413, 426, 429, 500, 502, 503, 504, 529})
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
}

}  // namespace
}  // namespace net
