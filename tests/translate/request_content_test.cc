// Images, documents and foreign blocks.
#include <gtest/gtest.h>

#include "translate/request_fixture.h"

namespace translate {
namespace {

Json after_a_read(Json content) {
  return body(list(
      {user("go"), assistant(list({use("a")})), user(list({result("a", std::move(content))}))}));
}

Json reference(std::string name) {
  return {{"type", "tool_reference"}, {"tool_name", std::move(name)}};
}

TEST(ToChat, SaysWhichToolsAReferenceLoaded_R09_R10) {
  const Json sent = messages(after_a_read(list({reference("WebFetch"), reference("Grep")})));
  ASSERT_EQ(roles(sent), "user assistant tool");
  EXPECT_EQ(sent[2]["content"], "Loaded tools: WebFetch, Grep");
}

TEST(ToChat, GivesADocumentOfAResultAsText_R11) {
  const DocumentTexts texts = {{"JVBERg==", "page \"one\"\n"}};
  const std::string tagged = "<document title=\"report.pdf\">\npage \"one\"\n\n</document>";
  EXPECT_EQ(messages(after_a_read(list({pdf()})), vllm(), texts)[2]["content"], tagged);
  EXPECT_EQ(messages(after_a_read(list({text("read"), pdf()})), vllm(), texts)[2]["content"],
            "read\n\n" + tagged);
}

TEST(ToChat, SaysWhatADocumentWithoutTextWas_R11) {
  for (const DocumentTexts& texts : {DocumentTexts{}, DocumentTexts{{"JVBERg==", ""}}})
    EXPECT_EQ(messages(after_a_read(list({pdf()})), vllm(), texts)[2]["content"],
              "<document title=\"report.pdf\">\n[left out: no text could be read from "
              "application/pdf of 6 bytes]\n</document>");
}

TEST(ToChat, GivesPlainDocumentsOfAllSources) {
  const auto with_source = [](Json source) {
    const Json block = {{"type", "document"}, {"context", "c"}, {"source", std::move(source)}};
    return messages(body(list({user(list({block}))})), seeing())[0]["content"];
  };
  EXPECT_EQ(with_source({{"type", "text"}, {"media_type", "text/plain"}, {"data", "plain"}}),
            "<document>\nc\n\nplain\n</document>");
  EXPECT_EQ(with_source({{"type", "content"}, {"content", "string"}}),
            "<document>\nc\n\nstring\n</document>");
  EXPECT_EQ(
      with_source({{"type", "url"}, {"url", "https://x/y.pdf"}}),
      "<document>\nc\n\n[left out: documents are not fetched from https://x/y.pdf]\n</document>");
  const Json mixed =
      with_source({{"type", "content"}, {"content", list({text("a"), image(), text("b")})}});
  EXPECT_EQ(mixed[0]["text"], "<document>\nc\n\na\n\nb\n</document>");
  EXPECT_EQ(mixed[1]["type"], "image_url");
}

TEST(PdfDocuments, AreFoundInMessagesAndResults) {
  const auto request = anthropic::decode_request(
      body(list({user(list({pdf("AAAA")})), assistant(list({use("a")})),
                 user(list({result("a", list({text("t"), pdf("BBBB")}))}))}))
          .dump(),
      anthropic::Endpoint::messages);
  ASSERT_TRUE(request);
  EXPECT_EQ(pdf_documents(*request), (std::vector<std::string_view>{"AAAA", "BBBB"}));
}

TEST(ToChat, PassesAnImageOfAResultAsAnImage_R12_R13_R50) {
  const Json sent = messages(after_a_read(list({image("aW1n")})), seeing());
  ASSERT_EQ(roles(sent), "user assistant tool user");
  EXPECT_EQ(sent[2]["content"], "[image 1: in the next message]");
  EXPECT_EQ(sent[3]["content"][0]["type"], "text");
  EXPECT_EQ(sent[3]["content"][1]["image_url"]["url"], "data:image/png;base64,aW1n");
}

TEST(ToChat, PutsImagesBehindTheWholeRunOfResults_R14) {
  const Json sent = messages(body(list({user("go"), assistant(list({use("a"), use("b"), use("c")})),
                                        user(list({result("c", list({image("Yw==")})),
                                                   result("b", list({text("t"), image("Yg==")})),
                                                   result("a", "1"), text("now")}))})),
                             seeing());
  EXPECT_EQ(roles(sent), "user assistant tool tool tool user user");
  EXPECT_EQ(sent[3]["content"], "t\n\n[image 1: in the next message]");
  EXPECT_EQ(sent[4]["content"], "[image 2: in the next message]");
  EXPECT_EQ(sent[5]["content"][1]["image_url"]["url"], "data:image/png;base64,Yg==");
  EXPECT_EQ(sent[5]["content"][2]["image_url"]["url"], "data:image/png;base64,Yw==");
  EXPECT_EQ(sent[6]["content"], "now");
}

TEST(ToChat, TellsAModelWithoutEyesThatAnImageWasLeftOut_R15) {
  const Json asked = messages(body(list({user(list({text("look"), image()}))})));
  EXPECT_EQ(asked[0]["content"], "look\n\n[image left out: this model cannot see images]");
  EXPECT_EQ(messages(after_a_read(list({image()})))[2]["content"],
            "[image left out: this model cannot see images]");
}

TEST(ToChat, PassesImagesByUrl_R16) {
  const Json block = {{"type", "image"}, {"source", {{"type", "url"}, {"url", "https://x/y.png"}}}};
  const Json sent =
      messages(body(list({user(list({text("a"), text("b"), block, text("c")}))})), seeing());
  EXPECT_EQ(sent[0]["content"],
            (Json{text("a\n\nb"),
                  {{"type", "image_url"}, {"image_url", {{"url", "https://x/y.png"}}}},
                  text("c")}));
}

TEST(ToChat, RefusesFilesWithThePathToThem) {
  const Json block = {{"type", "image"}, {"source", {{"type", "file"}, {"file_id", "f"}}}};
  EXPECT_EQ(refusal(body(list({user(list({text("a"), block}))}))),
            "messages.0.content.1.source: no files are kept on this server; send the data itself "
            "as base64");
}

TEST(ToChat, KeepsAnAssistantFreeOfImages) {
  EXPECT_EQ(messages(body(list({user("a"), assistant(list({text("b"), image()})), user("c")})),
                     seeing())[1]["content"],
            "b\n\n[image left out]");
}

TEST(ToChat, SumsUpBlocksOfTheApisOwnTools_R26_E20) {
  const Json search = {{"type", "server_tool_use"},
                       {"id", "srvtoolu_1"},
                       {"name", "web_search"},
                       {"input", {{"query", "a \"b\""}}}};
  const Json found = {{"type", "web_search_tool_result"},
                      {"tool_use_id", "srvtoolu_1"},
                      {"content", list({{{"type", "web_search_result"},
                                         {"title", "T"},
                                         {"url", "https://t"},
                                         {"encrypted_content", "SECRET"}}})}};
  const Json failed = {
      {"type", "web_search_tool_result"},
      {"tool_use_id", "srvtoolu_2"},
      {"content", {{"type", "web_search_tool_result_error"}, {"error_code", "unavailable"}}}};
  const Json mcp = {
      {"type", "mcp_tool_result"}, {"is_error", true}, {"content", list({text("down")})}};
  const Json sent = messages(body(
      list({user("go"), assistant(list({search, found, failed, mcp, text("so")})), user("on")})));
  EXPECT_EQ(sent[1]["content"],
            "[called web_search {\"query\":\"a \\\"b\\\"\"}]\n\n"
            "[web_search_tool_result]\nT\nhttps://t\n\n"
            "[web_search_tool_result]\nunavailable\n\n"
            "[mcp_tool_result, error]\ndown\n\nso");
}

TEST(ToChat, GivesSearchResultsAsText_R26) {
  const Json block = {{"type", "search_result"},
                      {"source", "https://s"},
                      {"title", "T"},
                      {"content", list({text("one"), text("two")})},
                      {"citations", {{"enabled", true}}}};
  EXPECT_EQ(messages(after_a_read(list({block})))[2]["content"], "T\nhttps://s\none\ntwo");
}

TEST(ToChat, SaysWhatItLeavesOut_R26) {
  const Json sent = messages(
      body(list({user(list({{{"type", "container_upload"}, {"file_id", "f"}},
                            {{"type", "compaction"}, {"content", "summary"}},
                            {{"type", "of_the_future"}, {"content", {{"text", "t"}}}}}))})));
  EXPECT_EQ(sent[0]["content"], "[container_upload left out]\n\nsummary\n\nt");
}

}  // namespace
}  // namespace translate
