#include "mcp/calls.h"

#include <optional>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "net/deadline.h"

namespace mcp {
namespace {

namespace asio = boost::asio;

ToolResult result_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const base::Error& error) {
    return error_result(error.line());
  } catch (const std::exception& error) {
    return error_result(fmt::format("the tool failed: {}", error.what()));
  }
}

}  // namespace

struct Calls::Running {
  Running(asio::io_context& io, Calls* calls)
      : context{.io = io, .progress = {}, .log = {}}, owner(calls) {}

  CallContext context;
  asio::cancellation_signal signal;
  std::optional<net::Deadline> deadline;
  Calls* owner;  // null once it is gone
};

Calls::Calls(asio::io_context& io, Session& session, Send send)
    : io_(io), session_(session), send_(std::move(send)) {}

Calls::~Calls() {
  for (const auto& [number, running] : running_) {
    running->owner = nullptr;
    running->deadline.reset();
    running->context.is_cancelled = true;
    running->signal.emit(asio::cancellation_type::terminal);
  }
}

void Calls::start(Call call) {
  auto running = std::make_shared<Running>(io_, this);
  const std::uint64_t number = call.number;
  Running* self = running.get();
  running->context.progress = [self, number](double value, double total, std::string_view text) {
    if (self->owner == nullptr) return;
    std::string message = self->owner->session_.progress(number, value, total, text);
    if (!message.empty()) self->owner->send_(number, std::move(message), false);
  };
  running->context.log = [self, number](LogLevel level, std::string_view text) {
    if (self->owner == nullptr) return;
    std::string message = self->owner->session_.log(number, level, text);
    if (!message.empty()) self->owner->send_(number, std::move(message), false);
  };
  const Tool& tool = *call.tool;
  running->deadline.emplace(io_, tool.deadline, [this, number, &tool] {
    finish(number, error_result(fmt::format("{} took longer than {} s and was ended", tool.name,
                                            tool.deadline.count())));
    cancel(number);
  });
  running_.emplace(number, running);
  asio::co_spawn(io_, tool.handle(std::move(call.arguments), running->context),
                 asio::bind_cancellation_slot(running->signal.slot(),
                                              [running, number](const std::exception_ptr& failure,
                                                                const ToolResult& result) {
                                                if (running->owner != nullptr)
                                                  running->owner->ended(number, failure, result);
                                              }));
}

void Calls::finish(std::uint64_t call, const ToolResult& result) {
  send_(call, session_.finish(call, result), true);
}

void Calls::ended(std::uint64_t call, const std::exception_ptr& failure, const ToolResult& result) {
  const auto entry = running_.extract(call);
  entry.mapped()->owner = nullptr;
  entry.mapped()->deadline.reset();
  finish(call, failure ? result_of(failure) : result);
}

void Calls::cancel(std::uint64_t call) {
  const auto found = running_.find(call);
  if (found == running_.end()) return;
  const std::shared_ptr<Running> running = found->second;
  running->context.is_cancelled = true;
  running->signal.emit(asio::cancellation_type::terminal);
}

void Calls::cancel_all() {
  for (const auto& [number, running] : std::map(running_)) {
    session_.forget(number);
    cancel(number);
  }
}

}  // namespace mcp
