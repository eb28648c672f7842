// Whole pages of our own making, of the kinds that are met, and what is expected of them.
// UPDATE_GOLDEN=1 writes it anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "html/page.h"

namespace html {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string described(const Page& page) {
  std::string text;
  const auto add = [&text](const std::string& name, const std::string& value) {
    if (!value.empty()) text += name + ": " + value + "\n";
  };
  add("title", page.title);
  add("byline", page.byline);
  add("published", page.published);
  add("language", page.language);
  if (!page.main_content) text += "no main content\n";
  if (page.needs_browser) text += "needs a browser\n";
  return text + "\n" + page.markdown;
}

TEST(GoldenPage, BecomesTheMarkdownThatIsKept) {
  std::size_t pages = 0;
  for (const auto& folder :
       fs::directory_iterator(fs::path(AUTOSRE_SOURCE) / "tests/golden/html")) {
    const Page page = to_markdown(contents(folder.path() / "page.html"),
                                  {.url = "https://example.org/docs/page.html"});
    const fs::path kept = folder.path() / "page.md";
    if (std::getenv("UPDATE_GOLDEN") != nullptr)
      std::ofstream(kept, std::ios::binary) << described(page);
    EXPECT_EQ(described(page), contents(kept)) << kept;
    ++pages;
  }
  EXPECT_GE(pages, 9U);
}

// Markdown in, as the text of a page: nothing in it may become markup of another page.
TEST(GoldenPage, LeaksNoHtml) {
  for (const auto& folder :
       fs::directory_iterator(fs::path(AUTOSRE_SOURCE) / "tests/golden/html")) {
    std::string source = contents(folder.path() / "page.html");
    std::string escaped;
    for (const char c : source)
      escaped += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
    const std::string markdown = to_markdown("<p>" + escaped, {.main_content = false}).markdown;
    for (std::size_t at = markdown.find('<'); at != std::string::npos;
         at = markdown.find('<', at + 1))
      EXPECT_TRUE(at > 0 && markdown[at - 1] == '\\') << markdown.substr(at, 40);
  }
}

}  // namespace
}  // namespace html
