// What a fetched answer holds, as text for a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "fetch/client.h"
#include "net/task.h"

namespace mcp::fetch {

// Of a web page: its main content or all of it as Markdown, or its source.
enum class View { main, whole, source };

struct Document {
  std::string address;  // where it was found in the end
  int status = 200;
  std::string kind;  // "web page, main content", "JSON", "PDF, 12 pages"
  std::string title = {};
  std::string byline = {};
  std::string published = {};           // as the page writes it
  std::vector<std::string> notes = {};  // what a reader has to know: that it is cut off, and so on
  std::string text = {};                // UTF-8
  bool is_text = true;                  // false: there is nothing to show, `notes` say why
};

// What the bytes are: the declared type where it can be true, else what they look like.
enum class Kind { html, json, pdf, image, text, binary };
Kind kind_of(std::string_view media_type, std::string_view bytes);

net::Task<Document> read_document(boost::asio::io_context& io, ::fetch::Page page, View view);

// Line ends as \n; characters that are not seen but read (bidirectional controls, tags, escapes)
// left out.
std::string plain_text(std::string_view text);

}  // namespace mcp::fetch
