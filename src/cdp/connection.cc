#include "cdp/connection.h"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace cdp {
namespace {

namespace asio = boost::asio;
using net::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace

Connection::Connection(asio::io_context& io, std::unique_ptr<Transport> transport)
    : io_(io), transport_(std::move(transport)) {
  Transport::Sink sink;
  sink.on_message = [this](std::string text) { receive(std::move(text)); };
  sink.on_oversized = [this](std::string_view beginning) {
    const auto id = id_at_front(beginning);
    if (id)
      settle(*id, nullptr,
             Failure{Failure::Kind::too_long,
                     fmt::format("the answer is longer than {} MiB", max_message >> 20)});
  };
  sink.on_end = [this](const std::string& why) { close(why); };
  transport_->start(std::move(sink));
}

Connection::~Connection() {
  on_end_ = nullptr;
  close("the connection was closed");
}

void Connection::close(const std::string& why) {
  if (!ended_.empty()) return;
  ended_ = why.empty() ? "the connection has ended" : why;
  const Calls calls = std::exchange(*calls_, {});
  for (const auto& [id, pending] : calls) {
    pending->failure = Failure{Failure::Kind::gone, pending->method + ": " + ended_};
    pending->timer.cancel();
  }
  if (on_end_) on_end_();
}

Task<Answer> Connection::call(std::string_view session, std::string_view method,
                              const Params& params, std::chrono::milliseconds deadline) {
  auto pending = std::make_shared<Pending>(io_);
  pending->session = session;
  pending->method = method;
  pending->timer.expires_after(deadline);
  const int64_t id = ++last_id_;
  if (is_open()) {
    calls_->emplace(id, pending);
    transport_->send(command_text(id, session, method, params));
  } else {
    pending->failure = Failure{Failure::Kind::gone, pending->method + ": " + ended_};
  }
  return wait(std::move(pending), calls_, id);
}

void Connection::post(std::string_view session, std::string_view method, const Params& params) {
  if (is_open()) transport_->send(command_text(++last_id_, session, method, params));
}

void Connection::abandon(std::string_view session, const std::string& why) {
  std::vector<int64_t> ids;
  for (const auto& [id, pending] : *calls_)
    if (pending->session == session) ids.push_back(id);
  for (const int64_t id : ids) settle(id, nullptr, Failure{Failure::Kind::gone, why});
}

Task<Answer> Connection::wait(std::shared_ptr<Pending> pending, std::weak_ptr<Calls> calls,
                              int64_t id) {
  // However this ends (the caller may be cancelled), the answer is no longer waited for.
  struct Forget {
    std::weak_ptr<Calls> calls;
    int64_t id;
    ~Forget() {
      if (const auto all = calls.lock()) all->erase(id);
    }
  };
  const Forget forget{std::move(calls), id};
  if (!pending->answer && !pending->failure) co_await pending->timer.async_wait(as_result);
  if (pending->failure) co_return std::unexpected(*pending->failure);
  if (!pending->answer)
    co_return std::unexpected(
        Failure{Failure::Kind::late, pending->method + ": no answer in time"});
  if (!pending->answer->error.empty())
    co_return std::unexpected(
        Failure{Failure::Kind::refused, pending->method + ": " + pending->answer->error});
  co_return pending->answer;
}

void Connection::settle(int64_t id, std::shared_ptr<const Message> answer,
                        std::optional<Failure> failure) {
  const auto found = calls_->find(id);
  if (found == calls_->end()) return;
  const std::shared_ptr<Pending> pending = found->second;
  calls_->erase(found);
  if (failure) failure->message = pending->method + ": " + failure->message;
  pending->answer = std::move(answer);
  pending->failure = std::move(failure);
  pending->timer.cancel();
}

void Connection::receive(std::string text) {
  const std::shared_ptr<const Message> message = Message::parse(std::move(text));
  if (message == nullptr) return;
  if (message->is_answer())
    settle(message->id, message, std::nullopt);
  else if (on_event_)
    on_event_(*message);
}

}  // namespace cdp
