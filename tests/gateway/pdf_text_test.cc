#include "gateway/pdf_text.h"

#include <cstdlib>
#include <string>

#include "net/loopback.h"
#include "sys/folder.h"

namespace gateway {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0u);
    for (size_t i = 0; i < 4; ++i)
      text += i <= group.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

// A PDF of one page with one line of text.
std::string pdf(const std::string& line) {
  const std::string page = "BT /F1 24 Tf 72 700 Td (" + line + ") Tj ET";
  std::string file = "%PDF-1.4\n";
  std::string index;
  int count = 0;
  const auto add = [&](const std::string& object) {
    std::string place = std::to_string(file.size());
    place.insert(0, 10 - place.size(), '0');
    index += place + " 00000 n \n";
    file += std::to_string(++count) + " 0 obj\n" + object + "\nendobj\n";
  };
  add("<</Type/Catalog/Pages 2 0 R>>");
  add("<</Type/Pages/Kids[3 0 R]/Count 1>>");
  add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
      "/Resources<</Font<</F1 5 0 R>>>>>>");
  add("<</Length " + std::to_string(page.size()) + ">>\nstream\n" + page + "\nendstream");
  add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
  const std::string start = std::to_string(file.size());
  file += "xref\n0 6\n0000000000 65535 f \n" + index +
          "trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + start + "\n%%EOF\n";
  return file;
}

class PdfTextTest : public testing::Test {
 protected:
  PdfTextTest() : path_(std::getenv("PATH")) {}
  ~PdfTextTest() override { ::setenv("PATH", path_.c_str(), 1); }

  std::string extract(PdfText& pdfs, const std::string& data) {
    return net::Outcome<std::string>(io_, pdfs.extract(data)).wait();
  }
  static bool has_pdftotext() { return std::system("command -v pdftotext >/dev/null 2>&1") == 0; }

  net::asio::io_context io_;
  const std::string path_;
};

TEST_F(PdfTextTest, ReadsTheText) {
  if (!has_pdftotext()) GTEST_SKIP() << "pdftotext (poppler-utils) is not installed";
  PdfText pdfs(io_);
  EXPECT_EQ(extract(pdfs, base64(pdf("Hello from a page"))), "Hello from a page");
}

TEST_F(PdfTextTest, ReadsADocumentOnce) {
  if (!has_pdftotext()) GTEST_SKIP() << "pdftotext (poppler-utils) is not installed";
  PdfText pdfs(io_);
  const std::string data = base64(pdf("Hello"));
  EXPECT_EQ(extract(pdfs, data), "Hello");
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(extract(pdfs, data), "Hello");
}

TEST_F(PdfTextTest, SaysThatTheToolIsMissing) {
  const testing_support::Folder empty;
  ::setenv("PATH", empty.path().c_str(), 1);
  PdfText pdfs(io_);
  const std::string text = extract(pdfs, base64(pdf("Hello")));
  EXPECT_TRUE(text.contains("pdftotext")) << text;
  EXPECT_TRUE(text.contains("poppler-utils")) << text;
}

// The tool may be installed while the proxy runs.
TEST_F(PdfTextTest, TriesAgainOnceTheToolIsThere) {
  if (!has_pdftotext()) GTEST_SKIP() << "pdftotext (poppler-utils) is not installed";
  PdfText pdfs(io_);
  const std::string data = base64(pdf("Hello"));
  ::setenv("PATH", "/nowhere", 1);
  extract(pdfs, data);
  ::setenv("PATH", path_.c_str(), 1);
  EXPECT_EQ(extract(pdfs, data), "Hello");
}

TEST_F(PdfTextTest, SaysWhatIsWrongWithTheData) {
  PdfText pdfs(io_);
  EXPECT_TRUE(extract(pdfs, "not base64!").contains("not base64"));
  for (const std::string& bytes :
       {std::string(), std::string("no PDF"), std::string("%PDF-1.4\n")}) {
    const std::string text = extract(pdfs, base64(bytes));
    EXPECT_TRUE(text.starts_with("[PDF document:")) << text;
  }
}

TEST_F(PdfTextTest, ReadsSeveralAtTheSameTime) {
  if (!has_pdftotext()) GTEST_SKIP() << "pdftotext (poppler-utils) is not installed";
  PdfText pdfs(io_);
  const std::string one = base64(pdf("one"));
  const std::string two = base64(pdf("two"));
  net::Outcome<std::string> first(io_, pdfs.extract(one));
  net::Outcome<std::string> second(io_, pdfs.extract(two));
  EXPECT_EQ(second.wait(), "two");
  EXPECT_EQ(first.wait(), "one");
}

}  // namespace
}  // namespace gateway
