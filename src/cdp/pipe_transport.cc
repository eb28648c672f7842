#include "cdp/pipe_transport.h"

#include <array>
#include <deque>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>

#include "cdp/frames.h"

namespace cdp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Handlers that are still queued when the transport goes share this and find it ended.
struct State : std::enable_shared_from_this<State> {
  explicit State(asio::io_context& io) : input(io), output(io), frames(max_message) {}

  void read();
  void write();
  void end(const std::string& why);

  asio::posix::stream_descriptor input;
  asio::posix::stream_descriptor output;
  Frames frames;
  Transport::Sink sink;
  std::array<char, 64 << 10> buffer{};
  std::deque<std::string> unsent;
  bool is_writing = false;
  bool has_ended = false;
};

void State::end(const std::string& why) {
  if (std::exchange(has_ended, true)) return;
  error_code ignored;
  input.close(ignored);
  output.close(ignored);
  if (sink.on_end) sink.on_end(why);
}

void State::read() {
  const auto taken = [self = shared_from_this()](error_code failed, size_t count) {
    if (self->has_ended) return;
    if (failed) return self->end("the browser has ended");
    self->frames.feed(
        {self->buffer.data(), count},
        [&](std::string message) {
          if (!self->has_ended) self->sink.on_message(std::move(message));
        },
        [&](std::string_view beginning) {
          if (!self->has_ended) self->sink.on_oversized(beginning);
        });
    if (!self->has_ended) self->read();
  };
  input.async_read_some(asio::buffer(buffer), taken);
}

void State::write() {
  if (is_writing || unsent.empty() || has_ended) return;
  is_writing = true;
  const auto written = [self = shared_from_this()](error_code failed, size_t) {
    if (self->has_ended) return;
    if (failed) return self->end("the browser has ended");
    self->is_writing = false;
    self->unsent.pop_front();
    self->write();
  };
  asio::async_write(output, asio::buffer(unsent.front()), written);
}

class PipeTransport : public Transport {
 public:
  explicit PipeTransport(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~PipeTransport() override {
    state_->sink = {};
    state_->end({});
  }
  PipeTransport(const PipeTransport&) = delete;
  PipeTransport& operator=(const PipeTransport&) = delete;

  void start(Sink sink) override {
    state_->sink = std::move(sink);
    state_->read();
  }
  void send(std::string message) override {
    if (state_->has_ended) return;
    message.push_back('\0');
    state_->unsent.push_back(std::move(message));
    state_->write();
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<Transport> pipe_transport(asio::io_context& io, sys::Descriptor from_browser,
                                          sys::Descriptor to_browser) {
  auto state = std::make_shared<State>(io);
  // Asio closes its own.
  state->input.assign(::fcntl(from_browser.get(), F_DUPFD_CLOEXEC, 0));
  state->output.assign(::fcntl(to_browser.get(), F_DUPFD_CLOEXEC, 0));
  return std::make_unique<PipeTransport>(std::move(state));
}

}  // namespace cdp
