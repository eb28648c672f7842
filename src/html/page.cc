#include "html/page.h"

#include <algorithm>

#include "base/strings.h"
#include "html/document.h"
#include "html/links.h"
#include "html/main_content.h"
#include "html/metadata.h"
#include "html/parse.h"
#include "html/utf8.h"
#include "html/writer.h"

namespace html {
Page to_markdown(std::string_view utf8, const Options& options) {
  std::string repaired;
  if (valid_utf8_prefix(utf8) < utf8.size()) {
    repaired = repaired_utf8(utf8.substr(0, options.max_bytes));
    utf8 = repaired;
  }
  const Document document = parse(utf8, options.max_bytes);
  Metadata metadata = metadata_of(document);
  const Links links(options.url, metadata.base);
  Page page;
  page.title = std::move(metadata.title);
  page.byline = std::move(metadata.byline);
  page.published = std::move(metadata.published);
  page.site = std::move(metadata.site);
  page.description = std::move(metadata.description);
  page.language = base::trim(document.language);
  page.truncated = document.truncated;
  WriterOptions writing{.links = options.links ? &links : nullptr, .dropped = {}};
  MainContent main = options.main_content ? find_main_content(document, page.title) : MainContent{};
  page.text_length = main.text_length;
  page.main_length = main.main_length;
  page.main_content = main.stands_out;
  writing.dropped = std::move(main.dropped);
  Writer writer(document, writing);
  writer.write(std::max<NodeId>(main.root, 1), document[main.root].end);
  page.markdown = writer.take();
  return page;
}
}  // namespace html
