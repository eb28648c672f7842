#include "gateway/admission.h"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway {

namespace asio = boost::asio;

void Admission::set_slots(int slots, int reserve) {
  slots_ = slots;
  // With one slot there is nothing to reserve.
  reserve_ = std::clamp(reserve, 0, std::max(slots - 1, 0));
  let_in();
}

bool Admission::may_enter(int priority) const {
  const int usable = priority > urgent_priority ? slots_ - reserve_ : slots_;
  return slots_ == 0 || running_ < usable;
}

void Admission::let_in() {
  while (!queue_.empty() && may_enter(queue_.front()->priority_)) {
    Place* place = queue_.front();
    queue_.pop_front();
    place->queued_ = false;
    place->inside_ = true;
    ++running_;
    place->wake_.cancel();
  }
}

Admission::Place::Place(Admission& admission, asio::io_context& io, int priority)
    : admission_(admission),
      wake_(io, asio::steady_timer::time_point::max()),
      priority_(priority) {}

Admission::Place::~Place() {
  if (queued_) admission_.queue_.remove(this);
  if (!inside_) return;
  --admission_.running_;
  admission_.let_in();
}

net::Task<bool> Admission::Place::enter() {
  if (given_up_) co_return false;
  auto& queue = admission_.queue_;
  const auto later = std::ranges::find_if(
      queue, [this](const Place* other) { return other->priority_ > priority_; });
  queue.insert(later, this);
  queued_ = true;
  admission_.let_in();
  if (!inside_) {
    constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
    co_await wake_.async_wait(as_result);
  }
  co_return inside_ && !given_up_;
}

void Admission::Place::give_up() {
  given_up_ = true;
  wake_.cancel();
}

}  // namespace gateway
