// The hub over HTTP: GET with redirects, a range, and a token that goes to the hub alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/address.h"
#include "model/connection.h"
#include "model/listing.h"
#include "net/http_head.h"

namespace model {

struct Hub {
  Address endpoint;
  std::string token;  // empty: none
  const Trust& trust;
  Waits waits;
};

// HF_ENDPOINT's hub, else huggingface.co, with HF_TOKEN. Throws base::Error for an endpoint that is
// none.
Hub hub_of(const config::Environment& environment, const Trust& trust, Waits waits);

struct HubFailure {
  enum class Kind {
    passing,  // worth another try: cut off, busy, no answer
    final,
  };
  Kind kind = Kind::passing;
  std::string why;
  std::string next = {};               // what to do
  std::chrono::milliseconds pause{0};  // as the server asks
};
template <class T>
using HubResult = base::Result<T, HubFailure>;

// What one answer brings: the head first, then the body as it comes. The sink may stop it with a
// failure.
struct Sink {
  std::function<HubResult<void>(const net::ResponseHead& head)> on_head;
  std::function<HubResult<void>(std::string_view bytes)> on_body;
};

// From byte `from` on. Success means that the body is whole.
HubResult<void> get(const Hub& hub, const Address& address, std::uintmax_t from, const Sink& sink);

struct Listing {
  std::string commit;
  std::vector<RemoteFile> files;
};
// The newest commit of a model and all its files.
HubResult<Listing> list_files(const Hub& hub, std::string_view model_id);

Address address_of_file(const Hub& hub, std::string_view model_id, std::string_view commit,
                        std::string_view file);

}  // namespace model
