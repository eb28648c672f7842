#include "net/http_head.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/strings.h"

namespace net {
namespace {

namespace http = boost::beast::http;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

template <class Parser>
HeadState parse(Parser& parser, std::string_view bytes, Head& head, size_t& length) {
  // Beast looks for the end of the head itself; asking first saves starting over for each read.
  const size_t end = bytes.find("\r\n\r\n");
  if (end == bytes.npos)
    return bytes.size() > max_head ? HeadState::too_large : HeadState::incomplete;
  if (end + 4 > max_head) return HeadState::too_large;
  parser.header_limit(max_head);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  length = parser.put(boost::asio::buffer(bytes.data(), end + 4), error);
  if (error && error != http::error::need_more) return HeadState::malformed;
  if (!parser.is_header_done()) return HeadState::malformed;
  for (const auto& field : parser.get())
    head.headers.push_back(
        {std::string(view(field.name_string())), std::string(view(field.value()))});
  head.chunked = parser.chunked();
  head.keep_alive = parser.keep_alive();
  const std::string_view coding = base::trim(head.get("transfer-encoding"));
  head.unknown_coding = !coding.empty() && !base::equals_ignoring_case(coding, "chunked");
  if (const auto size = parser.content_length()) head.content_length = *size;
  return HeadState::complete;
}

}  // namespace

std::string_view Head::get(std::string_view name) const {
  for (const Header& header : headers)
    if (base::equals_ignoring_case(header.name, name)) return header.value;
  return {};
}

std::string_view RequestHead::path() const {
  const std::string_view all = target;
  return all.substr(0, all.find('?'));
}

HeadState parse_head(std::string_view bytes, RequestHead& head, size_t& length) {
  http::request_parser<http::empty_body> parser;
  const HeadState state = parse(parser, bytes, head, length);
  if (state != HeadState::complete) return state;
  // Where its body ends nobody can tell (RFC 9112 §6.3).
  if (head.unknown_coding) return HeadState::malformed;
  head.method = view(parser.get().method_string());
  head.target = view(parser.get().target());
  head.http10 = parser.get().version() < 11;
  return state;
}

HeadState parse_head(std::string_view bytes, ResponseHead& head, size_t& length) {
  http::response_parser<http::empty_body> parser;
  const HeadState state = parse(parser, bytes, head, length);
  if (state == HeadState::complete) head.status = static_cast<int>(parser.get().result_int());
  return state;
}

std::string_view reason_phrase(int status) {
  if (status == 529) return "Overloaded";
  return view(http::obsolete_reason(static_cast<http::status>(status)));
}

}  // namespace net
