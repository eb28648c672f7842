#include "gateway/admission.h"

#include <memory>
#include <string>
#include <vector>

#include "net/loopback.h"

namespace gateway {
namespace {

class AdmissionTest : public testing::Test {
 protected:
  // A request that has come; its letter goes into `order_` when it gets its slot.
  struct Request {
    std::unique_ptr<Admission::Place> place;
    std::shared_ptr<net::Outcome<bool>> entered;
  };
  static net::Task<bool> enter(Admission::Place& place, std::string& order, char letter) {
    const bool inside = co_await place.enter();
    order += inside ? letter : '-';
    co_return inside;
  }
  Request come(int priority, char letter) {
    Request request;
    request.place = std::make_unique<Admission::Place>(admission_, io_, priority);
    request.entered =
        std::make_shared<net::Outcome<bool>>(io_, enter(*request.place, order_, letter));
    settle();
    return request;
  }
  void settle() {
    io_.restart();
    io_.poll();
  }
  void leave(Request& request) {
    request.place.reset();
    settle();
  }

  net::asio::io_context io_;
  Admission admission_;
  std::string order_;
};

TEST_F(AdmissionTest, LetsEveryonePassWithoutSlots) {
  std::vector<Request> all;
  for (char letter = 'a'; letter <= 'z'; ++letter) all.push_back(come(side_priority, letter));
  EXPECT_EQ(order_.size(), 26u);
  EXPECT_EQ(admission_.waiting(), 0);
}

TEST_F(AdmissionTest, LetsInAsManyAsThereAreSlots) {
  admission_.set_slots(2, 0);
  Request a = come(urgent_priority, 'a');
  const Request b = come(urgent_priority, 'b');
  const Request c = come(urgent_priority, 'c');
  EXPECT_EQ(order_, "ab");
  EXPECT_EQ(admission_.waiting(), 1);
  leave(a);
  EXPECT_EQ(order_, "abc");
  EXPECT_EQ(admission_.waiting(), 0);
}

TEST_F(AdmissionTest, KeepsTheOrderOfArrival) {
  admission_.set_slots(1, 0);
  Request a = come(side_priority, 'a');
  Request b = come(side_priority, 'b');
  Request c = come(side_priority, 'c');
  const Request d = come(side_priority, 'd');
  leave(a);
  leave(b);
  leave(c);
  EXPECT_EQ(order_, "abcd");
}

TEST_F(AdmissionTest, LetsTheMoreUrgentPassTheOthers) {
  admission_.set_slots(1, 0);
  Request a = come(side_priority, 'a');
  Request side = come(side_priority, 's');
  const Request late = come(30, 'l');
  Request urgent = come(urgent_priority, 'u');
  Request also_urgent = come(urgent_priority, 'v');
  leave(a);
  leave(urgent);
  leave(also_urgent);
  leave(side);
  EXPECT_EQ(order_, "auvsl");
}

TEST_F(AdmissionTest, KeepsTheReserveForTheUrgent) {
  admission_.set_slots(3, 1);
  Request a = come(side_priority, 'a');
  const Request b = come(side_priority, 'b');
  const Request c = come(side_priority, 'c');
  EXPECT_EQ(order_, "ab");
  Request urgent = come(urgent_priority, 'u');
  EXPECT_EQ(order_, "abu");
  leave(urgent);
  EXPECT_EQ(order_, "abu") << "the reserve is for nobody else";
  leave(a);
  EXPECT_EQ(order_, "abuc");
}

TEST_F(AdmissionTest, TheUrgentMayTakeAllSlots) {
  admission_.set_slots(2, 1);
  const Request u = come(urgent_priority, 'u');
  const Request v = come(urgent_priority, 'v');
  EXPECT_EQ(order_, "uv");
}

TEST_F(AdmissionTest, ReservesNothingOfASingleSlot) {
  admission_.set_slots(1, 1);
  const Request a = come(side_priority, 'a');
  EXPECT_EQ(order_, "a");
}

TEST_F(AdmissionTest, GivesUpAPlaceInTheQueue) {
  admission_.set_slots(1, 0);
  Request a = come(urgent_priority, 'a');
  Request b = come(urgent_priority, 'b');
  const Request c = come(urgent_priority, 'c');
  b.place->give_up();
  settle();
  EXPECT_TRUE(b.entered->is_there());
  EXPECT_FALSE(b.entered->wait());
  leave(b);
  EXPECT_EQ(admission_.waiting(), 1);
  leave(a);
  EXPECT_EQ(order_, "a-c");
}

TEST_F(AdmissionTest, DoesNotWaitForOneThatHadGivenUpBefore) {
  admission_.set_slots(1, 0);
  const Request a = come(urgent_priority, 'a');
  Admission::Place place(admission_, io_, urgent_priority);
  place.give_up();
  net::Outcome<bool> entered(io_, place.enter());
  settle();
  ASSERT_TRUE(entered.is_there());
  EXPECT_FALSE(entered.wait());
}

TEST_F(AdmissionTest, PassesOnTheSlotOfOneThatGivesUpInside) {
  admission_.set_slots(1, 0);
  Request a = come(urgent_priority, 'a');
  const Request b = come(urgent_priority, 'b');
  a.place->give_up();
  leave(a);
  EXPECT_EQ(order_, "ab");
}

TEST_F(AdmissionTest, LetsMoreInWhenThereAreMoreSlots) {
  admission_.set_slots(1, 0);
  const Request a = come(side_priority, 'a');
  const Request b = come(side_priority, 'b');
  const Request c = come(side_priority, 'c');
  admission_.set_slots(2, 0);
  settle();
  EXPECT_EQ(order_, "ab");
  admission_.set_slots(0, 0);
  settle();
  EXPECT_EQ(order_, "abc");
}

}  // namespace
}  // namespace gateway
