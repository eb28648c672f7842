#include "net/http_head.h"

#include <type_traits>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/status.hpp>

#include "base/strings.h"

namespace net {
namespace {

namespace http = boost::beast::http;

constexpr size_t usual_headers = 16;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// Writes what Beast finds where it is wanted, without a container of Beast's between.
template <bool is_request>
class HeadParser : public http::basic_parser<is_request> {
 public:
  using Result = std::conditional_t<is_request, RequestHead, ResponseHead>;
  explicit HeadParser(Result& head) : head_(head) {}

 private:
  using Text = boost::beast::string_view;
  using Error = boost::system::error_code;

  void on_request_impl(http::verb /*verb*/, Text method, Text target, int version,
                       Error& /*error*/) override {
    if constexpr (is_request) {
      head_.method = view(method);
      head_.target = view(target);
      head_.http10 = version < 11;
    }
  }
  void on_response_impl(int status, Text /*reason*/, int /*version*/, Error& /*error*/) override {
    if constexpr (!is_request) head_.status = status;
  }
  void on_field_impl(http::field /*field*/, Text name, Text value, Error& /*error*/) override {
    head_.headers.add(view(name), view(value));
  }
  void on_header_impl(Error& /*error*/) override {}
  // Bodies are read elsewhere.
  void on_body_init_impl(const boost::optional<uint64_t>& /*size*/, Error& /*error*/) override {}
  size_t on_body_impl(Text /*body*/, Error& /*error*/) override { return 0; }
  void on_chunk_header_impl(uint64_t /*size*/, Text /*extensions*/, Error& /*error*/) override {}
  size_t on_chunk_body_impl(uint64_t /*left*/, Text /*body*/, Error& /*error*/) override {
    return 0;
  }
  void on_finish_impl(Error& /*error*/) override {}

  Result& head_;
};

template <bool is_request, class Result>
HeadState parse(std::string_view bytes, Result& head, size_t& length) {
  // Beast looks for the end of the head itself; asking first saves starting over for each read.
  const size_t end = bytes.find("\r\n\r\n");
  if (end == bytes.npos)
    return bytes.size() > max_head ? HeadState::too_large : HeadState::incomplete;
  if (end + 4 > max_head) return HeadState::too_large;
  head.headers.reserve(end, usual_headers);
  HeadParser<is_request> parser(head);
  parser.header_limit(max_head);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  length = parser.put(boost::asio::buffer(bytes.data(), end + 4), error);
  if (error && error != http::error::need_more) return HeadState::malformed;
  if (!parser.is_header_done()) return HeadState::malformed;
  head.chunked = parser.chunked();
  head.keep_alive = parser.keep_alive();
  const std::string_view coding = base::trim(head.get("transfer-encoding"));
  head.unknown_coding = !coding.empty() && !base::equals_ignoring_case(coding, "chunked");
  if (const auto size = parser.content_length()) head.content_length = *size;
  return HeadState::complete;
}

}  // namespace

void HeaderList::reserve(size_t bytes, size_t count) {
  text_.reserve(bytes);
  ends_.reserve(count);
}

void HeaderList::add(std::string_view name, std::string_view value) {
  text_ += name;
  const auto end_of_name = static_cast<uint32_t>(text_.size());
  text_ += value;
  ends_.push_back({end_of_name, static_cast<uint32_t>(text_.size())});
}

HeaderList::Entry HeaderList::at(size_t index) const {
  const uint32_t begin = index == 0 ? 0 : ends_[index - 1].value;
  const Ends ends = ends_[index];
  const std::string_view text = text_;
  return {text.substr(begin, ends.name - begin), text.substr(ends.name, ends.value - ends.name)};
}

std::string_view Head::get(std::string_view name) const {
  for (const auto& header : headers.all())
    if (base::equals_ignoring_case(header.name, name)) return header.value;
  return {};
}

std::string_view RequestHead::path() const {
  const std::string_view all = target;
  return all.substr(0, all.find('?'));
}

HeadState parse_head(std::string_view bytes, RequestHead& head, size_t& length) {
  const HeadState state = parse<true>(bytes, head, length);
  // Where the body of such a request ends nobody can tell (RFC 9112 §6.3).
  return state == HeadState::complete && head.unknown_coding ? HeadState::malformed : state;
}

HeadState parse_head(std::string_view bytes, ResponseHead& head, size_t& length) {
  return parse<false>(bytes, head, length);
}

std::string_view reason_phrase(int status) {
  if (status == 529) return "Overloaded";
  return view(http::obsolete_reason(static_cast<http::status>(status)));
}

}  // namespace net
