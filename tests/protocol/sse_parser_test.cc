#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocol/sse/parser.h"

namespace sse {
namespace {

// Each event as "type|data".
using Events = std::vector<std::string>;

class Reader {
 public:
  bool feed(std::string_view bytes) {
    return parser_.feed(bytes, [&](const Event& event) {
      events.push_back(std::string(event.type) + "|" + std::string(event.data));
      return true;
    });
  }
  Events events;

 private:
  Parser parser_;
};

Events read(std::string_view bytes) {
  Reader reader;
  EXPECT_TRUE(reader.feed(bytes));
  return reader.events;
}

TEST(SseParser, ReadsEventsAndTheirTypes) {
  EXPECT_EQ(read("data: a\n\nevent: ping\ndata: b\n\n"), (Events{"|a", "ping|b"}));
}

TEST(SseParser, JoinsDataLines) {
  EXPECT_EQ(read("data: a\ndata:\ndata: b\n\n"), (Events{"|a\n\nb"}));
}

TEST(SseParser, TakesOneSpaceAfterTheColonOrNone) {
  EXPECT_EQ(read("data:a\n\ndata:  b\n\ndata\n\n"), (Events{"|a", "| b", "|"}));
}

TEST(SseParser, PassesOverCommentsAndOtherFields) {
  EXPECT_EQ(read(": ping\n\nid: 5\nretry: 10\nfoo: bar\ndata: a\n\n"), (Events{"|a"}));
}

TEST(SseParser, ForgetsATypeThatCameWithoutData) {
  EXPECT_EQ(read("event: ping\n\ndata: a\n\n"), (Events{"|a"}));
}

TEST(SseParser, ReadsCarriageReturns) {
  EXPECT_EQ(read("event: x\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n"),
            (Events{"x|a\nb", "|c"}));
  EXPECT_EQ(read("data: a\r\n\n"), (Events{"|a"}));
}

TEST(SseParser, SkipsAByteOrderMarkAtTheBeginningOnly) {
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "data: a\n\n\xEF\xBB\xBF"
                 "data: b\n\n"),
            (Events{"|a"}));
  EXPECT_EQ(read("data: a\n\n\xEF\xBB\xBF"
                 "data: b\n\n"),
            (Events{"|a"}));
}

TEST(SseParser, KeepsAnEventUntilItIsWhole) {
  Reader reader;
  reader.feed("data: a");
  reader.feed("\n");
  EXPECT_TRUE(reader.events.empty());
  reader.feed("\n");
  EXPECT_EQ(reader.events, (Events{"|a"}));
}

const std::string sample =
    "\xEF\xBB\xBF: hello\r\n\r\nevent: message_start\r\ndata: {\"text\":\"grüße 🤖\"}\r\n\r\n"
    "data: {\"a\":1}\n\ndata: one\ndata: two\n\nid: 7\ndata:\n\n: keep-alive\n\nevent: x\n\n"
    "data: {\"b\":\"日本\"}\n\ndata: [DONE]\n\n";
const Events in_sample = {"message_start|{\"text\":\"grüße 🤖\"}",
                          "|{\"a\":1}",
                          "|one\ntwo",
                          "|",
                          "|{\"b\":\"日本\"}",
                          "|[DONE]"};

TEST(SseParser, ReadsTheSameCutAtEveryByte_S16) {
  EXPECT_EQ(read(sample), in_sample);
  for (size_t cut = 0; cut <= sample.size(); ++cut) {
    Reader reader;
    reader.feed(std::string_view(sample).substr(0, cut));
    reader.feed(std::string_view(sample).substr(cut));
    EXPECT_EQ(reader.events, in_sample) << "cut at " << cut;
  }
}

TEST(SseParser, ReadsTheSameByteByByte_S16) {
  Reader reader;
  for (const char byte : sample) reader.feed({&byte, 1});
  EXPECT_EQ(reader.events, in_sample);
}

TEST(SseParser, ReadsTheSameInRandomPieces_S16) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    Reader reader;
    for (std::string_view rest = sample; !rest.empty();) {
      const std::string piece(rest.substr(0, random() % 12));  // its memory is gone after the feed
      reader.feed(piece);
      rest.remove_prefix(piece.size());
    }
    ASSERT_EQ(reader.events, in_sample);
  }
}

TEST(SseParser, StopsWhenToldTo) {
  Parser parser;
  int seen = 0;
  const auto once = [&](const Event&) { return ++seen < 1; };
  EXPECT_TRUE(parser.feed("data: a\n\ndata: b\n\n", once));
  EXPECT_EQ(seen, 1);
  Parser cut;
  seen = 0;
  cut.feed("data: a\n", once);
  cut.feed("\ndata: b\n\n", once);
  EXPECT_EQ(seen, 1);
}

TEST(SseParser, GivesUpOnAnEventWithoutEnd) {
  const std::string megabyte(1 << 20, 'x');
  Reader one_line;
  Reader many_lines;
  bool line_fits = one_line.feed("data: ");
  bool lines_fit = true;
  for (size_t i = 0; i <= Parser::max_event >> 20; ++i) {
    line_fits = line_fits && one_line.feed(megabyte);
    lines_fit = lines_fit && many_lines.feed("data: " + megabyte + "\n");
  }
  EXPECT_FALSE(line_fits);
  EXPECT_FALSE(lines_fit);
}

}  // namespace
}  // namespace sse
