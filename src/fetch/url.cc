#include "fetch/url.h"

#include <memory>

#include <fmt/format.h>
#include <lexbor/url/url.h>

#include "base/strings.h"

namespace fetch {
namespace {

constexpr size_t max_url = 16u << 10;

// lexbor's parser with the memory of all it parses.
class Parser {
 public:
  Parser() : parser_(lxb_url_parser_create()) {
    if (lxb_url_parser_init(parser_, nullptr) != LXB_STATUS_OK) throw std::bad_alloc();
  }
  ~Parser() {
    lxb_url_parser_memory_destroy(parser_);
    lxb_url_parser_destroy(parser_, true);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  const lxb_url_t* parse(std::string_view text, const lxb_url_t* base) {
    lxb_url_parser_clean(parser_);
    return lxb_url_parse(parser_, base, reinterpret_cast<const lxb_char_t*>(text.data()),
                         text.size());
  }

 private:
  lxb_url_parser_t* parser_;
};

lxb_status_t append(const lxb_char_t* data, size_t size, void* text) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), size);
  return LXB_STATUS_OK;
}

std::string_view view(const lexbor_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.length};
}

std::string host_of(const lxb_url_t& url) {
  std::string host;
  lxb_url_serialize_host(&url.host, append, &host);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  // Lexbor leaves a capital letter that was an escape (%44) as it is.
  return base::lower(host);
}

base::Result<Url> convert(const lxb_url_t& url) {
  const bool is_secure = url.scheme.type == LXB_URL_SCHEMEL_TYPE_HTTPS;
  if (!is_secure && url.scheme.type != LXB_URL_SCHEMEL_TYPE_HTTP)
    return std::unexpected(fmt::format("only http and https addresses can be fetched, not {}:",
                                       view(url.scheme.name)));
  if (url.username.length > 0 || url.password.length > 0)
    return std::unexpected("it holds a user name or a password, which would be given away");
  Url result{.is_secure = is_secure,
             .host = host_of(url),
             .port = is_secure ? uint16_t{443} : uint16_t{80},
             .target = {},
             .fragment = std::string(view(url.fragment))};
  if (result.host.empty()) return std::unexpected("it names no host");
  if (url.has_port) result.port = url.port;
  if (result.port == 0) return std::unexpected("its port is 0");
  lxb_url_serialize_path(&url.path, append, &result.target);
  if (result.target.empty()) result.target = "/";
  if (url.query.length > 0) result.target.append("?").append(view(url.query));
  return result;
}

bool is_unreserved(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || std::string_view("-._*").contains(c);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Url::authority() const {
  std::string name = host.contains(':') ? "[" + host + "]" : host;
  if (port == (is_secure ? 443 : 80)) return name;
  return name + ":" + std::to_string(port);
}

std::string Url::origin() const {
  return (is_secure ? "https://" : "http://") + authority();
}

std::string Url::href() const {
  return origin() + target + (fragment.empty() ? "" : "#" + fragment);
}

base::Result<Url> parse_url(std::string_view text, const Url* base) {
  if (text.size() > max_url) return std::unexpected("it is longer than 16 KiB");
  Parser parser;
  const lxb_url_t* base_url = nullptr;
  if (base) base_url = parser.parse(base->href(), nullptr);
  const lxb_url_t* url = parser.parse(text, base_url);
  if (!url) {
    const bool has_scheme = text.contains("://");
    return std::unexpected(has_scheme ? "it is no valid web address"
                                      : "it does not begin with http:// or https://");
  }
  return convert(*url);
}

std::string encode_query(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == ' ') {
      text += '+';
    } else if (is_unreserved(c)) {
      text += c;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

std::string decode_query(std::string_view value) {
  std::string text;
  for (size_t at = 0; at < value.size(); ++at) {
    const bool is_escape = value[at] == '%' && at + 2 < value.size() &&
                           hex_value(value[at + 1]) >= 0 && hex_value(value[at + 2]) >= 0;
    if (is_escape) {
      text += static_cast<char>(hex_value(value[at + 1]) * 16 + hex_value(value[at + 2]));
      at += 2;
    } else {
      text += value[at] == '+' ? ' ' : value[at];
    }
  }
  return text;
}

}  // namespace fetch
