#include "html/page.h"

#include <algorithm>

#include "base/strings.h"
#include "html/document.h"
#include "html/links.h"
#include "html/main_content.h"
#include "html/measures.h"
#include "html/metadata.h"
#include "html/parse.h"
#include "html/utf8.h"
#include "html/writer.h"

namespace html {
namespace {

Page described(const Document& document, Metadata& metadata) {
  Page page;
  page.title = std::move(metadata.title);
  page.byline = std::move(metadata.byline);
  page.published = std::move(metadata.published);
  page.site = std::move(metadata.site);
  page.description = std::move(metadata.description);
  page.language = base::trim(document.language);
  page.truncated = document.truncated;
  return page;
}

// Hardly a text, and scripts that are there to make one.
bool is_shell(const Document& document, std::size_t text_length) {
  if (text_length >= 200 || document.script_count == 0) return false;
  return document.has_noscript || text_length < 20 ||
         document.script_bytes > 10 * text_length + 2000;
}

MainContent whole_page(const Document& document) {
  MainContent whole;
  const std::vector<bool> none(document.nodes.size(), false);
  whole.text_length = whole.main_length = Measures(document, none).of(0).chars;
  return whole;
}

}  // namespace

Page to_markdown(std::string_view utf8, const Options& options) {
  std::string repaired;
  if (valid_utf8_prefix(utf8) < utf8.size()) {
    repaired = repaired_utf8(utf8);
    utf8 = repaired;
  }
  Document document = parse(utf8, options.max_bytes);
  reveal_if_all_is_hidden(document);
  Metadata metadata = metadata_of(document);
  const Links links(options.url, metadata.base);
  Page page = described(document, metadata);
  MainContent main = options.main_content ? find_main_content(document, page.title, options.images)
                                          : whole_page(document);
  page.text_length = main.text_length;
  page.main_length = main.main_length;
  page.main_content = main.stands_out;
  page.needs_browser = is_shell(document, main.text_length);
  const WriterOptions writing{.links = options.links ? &links : nullptr,
                              .images = options.images,
                              .dropped = std::move(main.dropped)};
  Writer writer(document, writing);
  writer.write(std::max<NodeId>(main.root, 1), document[main.root].end);
  page.markdown = writer.take();
  return page;
}

}  // namespace html
