#include "cdp/remote_browser.h"

#include <utility>

#include "cdp/websocket_transport.h"
#include "net/upstream.h"
#include "protocol/json/document.h"

namespace cdp {
namespace {

using net::Task;

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += digits[byte >> 4];
      result += digits[byte & 15];
    }
  }
  return result;
}

void add_query(std::string& path, std::string_view name, std::string_view value) {
  path += path.contains('?') ? '&' : '?';
  path += name;
  path += '=';
  path += percent_encoded(value);
}

}  // namespace

base::Result<RemoteAddress> parse_remote_address(std::string_view text, std::string token) {
  RemoteAddress address;
  address.token = std::move(token);
  address.is_websocket = text.starts_with("ws://");
  std::string plain(text);
  if (address.is_websocket) plain = "http://" + plain.substr(5);
  if (text.starts_with("wss://") || text.starts_with("https://"))
    return std::unexpected(
        "TLS to the browser is not supported; use a tunnel and http:// or ws://");
  // A query is no part of a Url: it goes with the path.
  std::string query;
  if (const size_t mark = plain.find('?'); mark != std::string::npos) {
    query = plain.substr(mark);
    plain.resize(mark);
  }
  auto url = net::parse_url(plain);
  if (!url) return std::unexpected(url.error());
  address.url = std::move(*url);
  address.url.path += query;
  return address;
}

net::Url websocket_of(const RemoteAddress& address, std::string_view version_answer,
                      std::chrono::milliseconds life) {
  net::Url url = address.url;
  json::Document document;
  std::string told;
  if (!document.parse(version_answer)) told = document.root()["webSocketDebuggerUrl"].string();
  // The host that it names is what the browser takes for its own; ours is the one that works.
  if (const size_t at = told.find("/devtools/browser/"); at != std::string::npos) {
    url.path = told.substr(at);
    if (!address.token.empty()) add_query(url.path, "token", address.token);
    return url;
  }
  url.path = address.url.path + "/chromium";
  if (!address.token.empty()) add_query(url.path, "token", address.token);
  add_query(url.path, "timeout", std::to_string(life.count()));
  return url;
}

Task<base::Result<std::unique_ptr<Transport>>> connect_remote(boost::asio::io_context& io,
                                                              RemoteAddress address,
                                                              std::chrono::milliseconds life,
                                                              std::chrono::milliseconds deadline) {
  net::Url url = address.url;
  if (address.is_websocket) {
    if (!address.token.empty()) add_query(url.path, "token", address.token);
    co_return co_await connect_websocket(io, std::move(url), deadline);
  }
  net::UpstreamPool pool(io, url);
  std::string path = "/json/version";
  if (!address.token.empty()) add_query(path, "token", address.token);
  const auto answer = co_await net::fetch(pool, "GET", path, "", deadline);
  if (!answer) co_return std::unexpected(url.authority() + " does not answer");
  if (answer->status == 401 || answer->status == 403)
    co_return std::unexpected(url.authority() + " wants another token (AUTOSRE_BROWSER_TOKEN)");
  if (answer->status == 429) co_return std::unexpected(url.authority() + " is busy");
  if (answer->status != 200)
    co_return std::unexpected(url.authority() + " answers with status " +
                              std::to_string(answer->status));
  net::Url target = websocket_of(address, answer->body, life);
  co_return co_await connect_websocket(io, std::move(target), deadline);
}

}  // namespace cdp
