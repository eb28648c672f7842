#include "mcp/fetch/document.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/strings.h"
#include "fetch/charset.h"
#include "html/page.h"
#include "net/pdf_text.h"

namespace mcp::fetch {
namespace {

constexpr size_t sniffed = 1024;

bool begins(std::string_view bytes, std::string_view with) {
  return base::equals_ignoring_case(bytes.substr(0, with.size()), with);
}

bool looks_like_html(std::string_view bytes) {
  const size_t start = bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (start == bytes.npos) return false;
  bytes = bytes.substr(start);
  constexpr std::array beginnings{"<!doctype html", "<html", "<head", "<body"};
  return std::ranges::any_of(beginnings, [&](const char* one) { return begins(bytes, one); });
}

bool looks_like_image(std::string_view bytes) {
  constexpr std::array<std::string_view, 5> beginnings{"\x89PNG", "\xff\xd8\xff", "GIF8", "BM",
                                                       "\xff\x0a"};
  const bool is_webp = bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP");
  return is_webp ||
         std::ranges::any_of(beginnings, [&](auto one) { return bytes.starts_with(one); });
}

// A NUL is in no text but UTF-16 and UTF-32, which begin with their mark.
bool looks_like_binary(std::string_view bytes) {
  const bool has_mark = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
  return !has_mark && bytes.substr(0, sniffed).contains('\0');
}

bool is_json(std::string_view type) {
  return type == "application/json" || type == "text/json" || type.ends_with("+json");
}

bool is_texts(std::string_view type) {
  constexpr std::array<std::string_view, 12> known{
      "application/xml",        "application/javascript", "application/x-javascript",
      "application/ecmascript", "application/x-ndjson",   "application/jsonl",
      "application/yaml",       "application/x-yaml",     "application/toml",
      "application/x-sh",       "application/sql",        "application/graphql"};
  return type.starts_with("text/") || type.ends_with("+xml") ||
         std::ranges::find(known, type) != known.end();
}

std::string size_text(size_t bytes) {
  if (bytes < 10'000) return fmt::format("{} bytes", bytes);
  if (bytes < 10'000'000) return fmt::format("{} KB", bytes / 1000);
  return fmt::format("{} MB", bytes / 1'000'000);
}

void note_cut(Document& document, const ::fetch::Page& page) {
  if (!page.problem.empty()) {
    document.notes.push_back("the answer is not whole: " + page.problem);
  } else if (page.response.is_cut) {
    document.notes.push_back(fmt::format("the answer is too long, only its first {} were read",
                                         size_text(page.response.body.size())));
  }
}

void read_html(Document& document, const ::fetch::Page& page, std::string_view type, View view) {
  auto decoded = ::fetch::decode_text(page.response.body, type, true);
  if (view == View::source) {
    document.kind = "source of a web page";
    document.text = std::move(decoded.text);
    return;
  }
  html::Page found = html::to_markdown(
      decoded.text, {.url = document.address, .main_content = view == View::main});
  document.kind = found.main_content ? "web page, main content" : "web page";
  document.title = std::move(found.title);
  document.byline = std::move(found.byline);
  document.published = std::move(found.published);
  document.text = std::move(found.markdown);
  if (found.truncated) document.notes.push_back("the page is too long, its end was not read");
  if (found.needs_browser || base::trim(document.text).empty())
    document.notes.push_back(
        "scripts seem to write this page: browser_render_markdown shows all of it");
  if (found.main_content && found.main_length * 2 < found.text_length)
    document.notes.push_back(
        "much was left out that seemed not to be the content; content=whole has it");
}

net::Task<void> read_pdf(boost::asio::io_context& io, Document& document, std::string bytes) {
  const auto text = co_await net::pdf_text(io, std::move(bytes));
  document.kind = "PDF";
  if (!text) {
    document.is_text = false;
    document.notes.push_back(
        text.error() == net::PdfProblem::not_installed
            ? "its text cannot be read here: pdftotext (package poppler-utils) "
              "is not installed"
            : "no text could be read from it: it may hold only pictures, need a "
              "password or be damaged");
    co_return;
  }
  int number = 1;
  for (const char c : *text) {
    if (c != '\f') {
      document.text += c;
    } else {
      document.text += fmt::format("\n\n[page {}]\n\n", ++number);
    }
  }
  document.kind = fmt::format("PDF, {} page{}", number, number == 1 ? "" : "s");
  if (text->size() >= net::max_pdf_text)
    document.notes.push_back("its text is too long and cut off");
}

void refuse(Document& document, std::string_view what, std::string_view type, size_t bytes) {
  document.kind =
      fmt::format("{} ({}, {})", what, type.empty() ? "no type given" : type, size_text(bytes));
  document.is_text = false;
  document.notes.push_back("this tool gives text only");
}

// The code point at `at`, whose length in bytes goes to `length`. The text is UTF-8.
uint32_t point_at(std::string_view text, size_t at, size_t& length) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  length = std::min(length, text.size() - at);
  uint32_t point = length == 1 ? lead : lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) point = point << 6 | (byte(at + i) & 0x3fu);
  return point;
}

bool is_unseen(uint32_t point) {
  if (point < 0x20) return point != '\n' && point != '\t' && point != '\f';
  return point == 0x7f || (point >= 0x80 && point < 0xa0) || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0xfeff ||
         (point >= 0xe0000 && point <= 0xe007f);
}

}  // namespace

Kind kind_of(std::string_view type, std::string_view bytes) {
  const bool is_vague = type.empty() || type == "application/octet-stream" ||
                        type == "binary/octet-stream" || type == "text/plain" ||
                        type == "application/x-unknown";
  if (type == "application/pdf" || bytes.starts_with("%PDF-")) return Kind::pdf;
  if (is_vague && looks_like_image(bytes)) return Kind::image;
  if (type.starts_with("image/") && type != "image/svg+xml") return Kind::image;
  if (looks_like_binary(bytes)) return Kind::binary;
  if (type == "text/html" || type == "application/xhtml+xml") return Kind::html;
  if (is_json(type)) return Kind::json;
  if (is_vague && type != "text/plain" && looks_like_html(bytes)) return Kind::html;
  if (is_vague || is_texts(type)) return Kind::text;
  return Kind::binary;
}

net::Task<Document> read_document(boost::asio::io_context& io, ::fetch::Page page, View view) {
  const std::string header(page.response.header("content-type"));
  const std::string type = ::fetch::media_type(header);
  Document document{.address = page.url.href(), .status = page.response.status, .kind = type};
  if (!page.via.empty()) document.notes.push_back("redirected from " + page.via.front().href());
  const size_t size = page.response.body.size();
  note_cut(document, page);
  switch (kind_of(type, page.response.body)) {
    case Kind::html:
      read_html(document, page, header, view);
      break;
    case Kind::pdf: {
      std::string bytes = std::move(page.response.body);
      co_await read_pdf(io, document, std::move(bytes));
      break;
    }
    case Kind::image:
      refuse(document, "image", type, size);
      break;
    case Kind::binary:
      refuse(document, "binary file", type, size);
      break;
    case Kind::json:
      document.kind = "JSON";
      document.text = ::fetch::decode_text(page.response.body, header, false).text;
      break;
    case Kind::text:
      if (document.kind.empty()) document.kind = "text";
      document.text = ::fetch::decode_text(page.response.body, header, false).text;
      break;
  }
  document.text = plain_text(document.text);
  co_return document;
}

std::string plain_text(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t length = 1;
    const uint32_t point = point_at(text, at, length);
    if (point == '\r' && !text.substr(at + 1).starts_with('\n')) plain += '\n';
    if (!is_unseen(point)) plain += text.substr(at, length);
    at += length;
  }
  return plain;
}

}  // namespace mcp::fetch
