#include "html/links.h"

#include <array>
#include <new>

#include <lexbor/url/url.h>

#include "base/strings.h"

namespace html {
namespace {

constexpr std::size_t kMaxLength = 2048;

lxb_status_t append(const lxb_char_t* data, std::size_t length, void* text) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), length);
  return LXB_STATUS_OK;
}

const lxb_char_t* bytes(std::string_view text) {
  return reinterpret_cast<const lxb_char_t*>(text.data());
}

bool has_scheme(std::string_view href) {
  const auto end = href.find_first_of(":/?#");
  return end != std::string_view::npos && href[end] == ':' && end > 0;
}

bool is_followed(std::string_view url) {
  for (const std::string_view scheme : {"http:", "https:", "mailto:", "tel:", "ftp:"})
    if (base::equals_ignoring_case(url.substr(0, scheme.size()), scheme)) return true;
  return false;
}

}  // namespace

struct Links::Parser {
  Parser() {
    if (lxb_url_parser_init(&parser, nullptr) != LXB_STATUS_OK) throw std::bad_alloc();
  }
  ~Parser() {
    lxb_url_parser_memory_destroy(&parser);
    lxb_url_parser_destroy(&parser, false);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  lxb_url_t* parse(const lxb_url_t* relative_to, std::string_view text) {
    lxb_url_parser_clean(&parser);
    return lxb_url_parse(&parser, relative_to, bytes(text), text.size());
  }

  lxb_url_parser_t parser{};
  lxb_url_t* base = nullptr;
};

Links::Links(std::string_view page, std::string_view base) : parser_(std::make_unique<Parser>()) {
  base = base::trim(base).substr(0, kMaxLength);
  if (!page.empty()) parser_->base = parser_->parse(nullptr, page.substr(0, kMaxLength));
  if (base.empty()) return;
  lxb_url_t* own = parser_->parse(parser_->base, base);
  if (own == nullptr) return;
  lxb_url_destroy(parser_->base);
  parser_->base = own;
}

Links::~Links() = default;

std::string Links::resolve(std::string_view href) const {
  href = base::trim(href);
  if (href.empty() || href[0] == '#' || href.size() > kMaxLength) return {};
  if (has_scheme(href) && !is_followed(href)) return {};
  lxb_url_t* url = parser_->parse(parser_->base, href);
  std::string text;
  if (url == nullptr)
    return parser_->base == nullptr && !has_scheme(href) ? std::string(href) : text;
  lxb_url_serialize(url, append, &text, false);
  lxb_url_destroy(url);
  return is_followed(text) ? text : std::string();
}

}  // namespace html
