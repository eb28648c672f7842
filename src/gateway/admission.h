// Lets as many requests through as the engine has slots, the most urgent first, in order of
// arrival; side calls leave a reserve free, so that a person's request need not wait behind them
// even where the engine itself knows no priorities.
#pragma once

#include <cstdint>
#include <list>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/task.h"

namespace gateway {

constexpr int urgent_priority = 10;  // main agents; side calls have 20; lower is more urgent
constexpr int side_priority = 20;

class Admission {
 public:
  // slots 0: everyone may pass.
  void set_slots(int slots, int reserve);
  int64_t waiting() const { return static_cast<int64_t>(queue_.size()); }

  // One request's place, in the queue or in a slot, given back when it goes out of scope.
  class Place {
   public:
    Place(Admission& admission, boost::asio::io_context& io, int priority);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // False when give_up() came before a slot was free.
    net::Task<bool> enter();
    void give_up();

   private:
    friend class Admission;
    Admission& admission_;
    boost::asio::steady_timer wake_;
    int priority_;
    bool inside_ = false;
    bool queued_ = false;
    bool given_up_ = false;
  };

 private:
  bool may_enter(int priority) const;
  void let_in();

  int slots_ = 0;
  int reserve_ = 0;
  int running_ = 0;
  std::list<Place*> queue_;  // by priority, then by arrival
};

}  // namespace gateway
