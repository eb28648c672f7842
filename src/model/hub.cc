#include "model/hub.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"
#include "net/chunk_decoder.h"

namespace model {
namespace {

constexpr int most_redirects = 5;
constexpr size_t longest_listing = 32u << 20;
constexpr size_t most_files = 20'000;
constexpr std::chrono::milliseconds longest_pause{60'000};
constexpr const char* public_hub = "https://huggingface.co";

std::string value_of(const config::Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : std::string(base::trim(found->second));
}

std::unexpected<HubFailure> passing(std::string why) {
  return std::unexpected(HubFailure{.kind = HubFailure::Kind::passing, .why = std::move(why)});
}

std::unexpected<HubFailure> final(std::string why, std::string next = {}) {
  return std::unexpected(
      HubFailure{.kind = HubFailure::Kind::final, .why = std::move(why), .next = std::move(next)});
}

// Nothing compressed: the bytes are counted and hashed as they are in the file.
std::string request_text(const Hub& hub, const Address& address, std::uintmax_t from) {
  std::string text = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: autosre\r\nAccept: */*\r\n"
      "Accept-Encoding: identity\r\nConnection: close\r\n",
      address.target, address.authority());
  if (from > 0) text += fmt::format("Range: bytes={}-\r\n", from);
  // The hub sends one on to other servers, whose addresses are signed: they must not get the token.
  if (!hub.token.empty() && address.is_same_origin(hub.endpoint))
    text += "Authorization: Bearer " + hub.token + "\r\n";
  return text + "\r\n";
}

HubFailure failure_of(const net::ResponseHead& head) {
  const std::string said =
      fmt::format("it answers {} {}", head.status, net::reason_phrase(head.status));
  HubFailure failure{.kind = HubFailure::Kind::final, .why = said};
  if (head.status == 401 || head.status == 403) {
    failure.next = "accept the model's terms on the hub if it has some, and set HF_TOKEN";
  } else if (head.status == 404) {
    failure.next = "check the model's name, and HF_TOKEN if it is a private one";
  } else if (head.status == 429 || head.status >= 500 || head.status == 408) {
    failure.kind = HubFailure::Kind::passing;
    const auto seconds = base::parse_number(head.get("retry-after"));
    if (seconds)
      failure.pause = std::min(
          longest_pause, std::chrono::milliseconds(std::min<long long>(*seconds, 3600) * 1000));
  }
  return failure;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// One answer off a connection.
class Reader {
 public:
  explicit Reader(Connection& connection) : connection_(connection) {}

  HubResult<net::ResponseHead> head() {
    net::ResponseHead head;
    while (true) {
      size_t length = 0;
      switch (net::parse_head(bytes_, head, length)) {
        case net::HeadState::complete:
          bytes_.erase(0, length);
          return head;
        case net::HeadState::incomplete:
          break;
        case net::HeadState::too_large:
        case net::HeadState::malformed:
          return passing("its answer is not HTTP");
      }
      const auto more = read();
      if (!more) return passing(more.error());
      if (*more == 0) return passing("the connection broke off");
    }
  }

  HubResult<void> body(const net::ResponseHead& head, const Sink& sink) {
    net::ChunkDecoder decoder;
    std::uintmax_t count = 0;
    while (true) {
      HubResult<void> taken;
      const auto take = [&](std::string_view part) {
        count += part.size();
        if (taken) taken = sink.on_body(part);
      };
      if (head.chunked)
        decoder.feed(bytes_, take);
      else if (!bytes_.empty())
        take(bytes_);
      bytes_.clear();
      if (!taken) return taken;
      if (head.chunked && decoder.failed()) return passing("its answer is broken");
      if (head.chunked ? decoder.complete() : count >= head.content_length.value_or(SIZE_MAX))
        return {};
      const auto more = read();
      if (!more) return passing(more.error());
      if (*more == 0) break;
    }
    if (head.chunked || head.content_length) return passing("the connection broke off");
    return {};
  }

 private:
  base::Result<size_t> read() {
    const auto got = connection_.read(buffer_);
    if (got) bytes_.append(buffer_.data(), *got);
    return got;
  }

  Connection& connection_;
  std::string bytes_;
  std::vector<char> buffer_ = std::vector<char>(256u << 10);
};

HubResult<std::string> get_text(const Hub& hub, const Address& address, std::string& link) {
  std::string text;
  const Sink sink = {.on_head = [&](const net::ResponseHead& head) -> HubResult<void> {
                       link = head.get("link");
                       return {};
                     },
                     .on_body = [&](std::string_view bytes) -> HubResult<void> {
                       text += bytes;
                       if (text.size() > longest_listing) return final("its answer is too long");
                       return {};
                     }};
  if (auto got = get(hub, address, 0, sink); !got) return std::unexpected(got.error());
  return text;
}

Address at(const Hub& hub, const std::string& path) {
  Address address = hub.endpoint;
  address.target += path;
  return address;
}

}  // namespace

Hub hub_of(const config::Environment& environment, const Trust& trust, Waits waits) {
  const std::string named = value_of(environment, "HF_ENDPOINT");
  auto endpoint = parse_address(named.empty() ? public_hub : named);
  if (!endpoint)
    throw base::Error("HF_ENDPOINT is no address of a hub", endpoint.error(),
                      "unset it for huggingface.co", base::Exit::usage);
  while (endpoint->target.ends_with('/')) endpoint->target.pop_back();
  return {.endpoint = *std::move(endpoint),
          .token = value_of(environment, "HF_TOKEN"),
          .trust = trust,
          .waits = std::move(waits)};
}

HubResult<void> get(const Hub& hub, const Address& start, std::uintmax_t from, const Sink& sink) {
  Address address = start;
  for (int hop = 0; hop <= most_redirects; ++hop) {
    auto connection = Connection::open(address, hub.trust, hub.waits);
    if (!connection) return passing(address.authority() + ": " + connection.error());
    if (auto sent = connection->write(request_text(hub, address, from)); !sent)
      return passing(address.authority() + ": " + sent.error());
    Reader reader(*connection);
    const auto head = reader.head();
    if (!head) return std::unexpected(head.error());
    if (is_redirect(head->status)) {
      auto next = follow(address, head->get("location"));
      if (!next) return final("it sends one on to an address that is not taken: " + next.error());
      address = *std::move(next);
      continue;
    }
    if (head->status != 200 && head->status != 206 && head->status != 416)
      return std::unexpected(failure_of(*head));
    if (auto taken = sink.on_head(*head); !taken) return taken;
    return reader.body(*head, sink);
  }
  return final("it sends one on and on");
}

HubResult<Listing> list_files(const Hub& hub, std::string_view model_id) {
  const std::string path = fmt::format("/api/models/{}", model_id);
  std::string link;
  const auto revision = get_text(hub, at(hub, path + "/revision/main"), link);
  if (!revision) return std::unexpected(revision.error());
  const auto commit = parse_revision(*revision);
  if (!commit) return final(commit.error());
  Listing listing{.commit = *commit, .files = {}};
  Address page = at(hub, fmt::format("{}/tree/{}?recursive=true", path, *commit));
  while (true) {
    const auto body = get_text(hub, page, link);
    if (!body) return std::unexpected(body.error());
    auto files = parse_tree(*body);
    if (!files) return final(files.error());
    listing.files.insert(listing.files.end(), files->begin(), files->end());
    if (listing.files.size() > most_files) return final("it lists too many files");
    const std::string next = next_page(link);
    if (next.empty()) return listing;
    const auto followed = follow(page, next);
    if (!followed || !followed->is_same_origin(hub.endpoint))
      return final("its next page of files is elsewhere");
    page = *followed;
  }
}

Address address_of_file(const Hub& hub, std::string_view model_id, std::string_view commit,
                        std::string_view file) {
  return at(hub, fmt::format("/{}/resolve/{}/{}", model_id, commit, encode_path(file)));
}

}  // namespace model
