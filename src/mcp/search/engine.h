// Asks a search engine, page by page as far as is wanted, and remembers what it said.
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <string>

#include "fetch/client.h"
#include "mcp/host.h"
#include "mcp/search/pace.h"
#include "mcp/search/query.h"
#include "mcp/search/results.h"
#include "net/task.h"

namespace mcp::search {

// What one question has brought so far.
struct Found {
  std::vector<Result> list;
  std::optional<Fields> next;  // the form of the page behind; absent: there is none
  int pages = 0;               // of the engine
  Pace::Clock::time_point since{};
};

class Engine {
 public:
  explicit Engine(const Host& host);

  // At least `wanted` results, or all there are. The error says what happened and what to try. The
  // pointer is good until the next call.
  net::Task<std::expected<const Found*, std::string>> search(Query query, size_t wanted);
  std::string name() const { return is_searxng_ ? base_.host : "DuckDuckGo"; }

 private:
  net::Task<std::expected<Results, std::string>> ask(const Query& query, const Fields& next);
  net::Task<std::expected<void, std::string>> wait_for_turn();
  std::expected<Results, std::string> judge(Answer answer);
  void forget_old(Pace::Clock::time_point now);

  boost::asio::io_context& io_;
  bool is_searxng_ = false;
  ::fetch::Url base_;
  ::fetch::Client client_;
  Pace pace_;
  std::map<std::string, Found> known_;
};

}  // namespace mcp::search
