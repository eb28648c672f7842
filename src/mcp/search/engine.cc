#include "mcp/search/engine.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "fetch/charset.h"
#include "mcp/fetch/settings.h"

namespace mcp::search {
namespace {

constexpr std::chrono::minutes kept_for{15};
constexpr size_t max_known = 64;
constexpr int max_pages = 8;
constexpr std::string_view duckduckgo = "https://html.duckduckgo.com/html/";

::fetch::Url address(std::string_view name, std::string_view value) {
  auto url = ::fetch::parse_url(value);
  if (!url)
    throw base::Error(fmt::format("{} is \"{}\"", name, value), url.error(),
                      "give the address of a page, for example http://127.0.0.1:8888/",
                      base::Exit::usage);
  return *url;
}

struct Source {
  bool is_searxng = false;
  bool is_chosen = false;  // by the user, who may have it on this machine
  ::fetch::Url url;
};

Source source_of(const config::Environment& environment) {
  constexpr std::string_view searxng = "AUTOSRE_SEARCH_URL";
  constexpr std::string_view own = "AUTOSRE_SEARCH_DUCKDUCKGO_URL";
  if (const auto value = fetch::setting(environment, searxng); !value.empty())
    return {.is_searxng = true, .is_chosen = true, .url = address(searxng, value)};
  if (const auto value = fetch::setting(environment, own); !value.empty())
    return {.is_chosen = true, .url = address(own, value)};
  return {.url = address(own, duckduckgo)};
}

::fetch::ClientOptions options_for(const config::Environment& environment) {
  ::fetch::ClientOptions options = fetch::client_options(environment);
  options.max_body = 4u << 20;
  options.max_decoded = 8u << 20;
  options.deadline = std::chrono::seconds(20);
  if (source_of(environment).is_chosen) options.policy = ::fetch::AddressPolicy("0.0.0.0/0,::/0");
  return options;
}

void add_new(Found& found, std::vector<Result> results) {
  for (Result& one : results) {
    const bool is_known = std::ranges::find(found.list, one.url, &Result::url) != found.list.end();
    if (!is_known) found.list.push_back(std::move(one));
  }
}

}  // namespace

Engine::Engine(const Host& host)
    : io_(host.io),
      is_searxng_(source_of(host.environment).is_searxng),
      base_(source_of(host.environment).url),
      client_(host.io, options_for(host.environment)) {}

net::Task<std::expected<const Found*, std::string>> Engine::search(Query query, size_t wanted) {
  const auto now = Pace::Clock::now();
  forget_old(now);
  const std::string key = fmt::format("{}\n{}\n{}", query.region, query.time_range, query.words);
  if (!known_.contains(key)) {
    const auto first = co_await ask(query, {});
    if (!first) co_return std::unexpected(first.error());
    known_[key] = {.list = first->list, .next = first->next, .pages = 1, .since = now};
  }
  // Another call may change the map while this one waits.
  Found found = known_[key];
  while (found.list.size() < wanted && found.next && found.pages < max_pages) {
    query.page = found.pages + 1;
    const Fields next = *found.next;
    const auto more = co_await ask(query, next);
    if (!more) {
      if (found.list.empty()) co_return std::unexpected(more.error());
      break;
    }
    const size_t before = found.list.size();
    add_new(found, more->list);
    found.next = found.list.size() > before ? more->next : std::nullopt;
    ++found.pages;
  }
  Found& kept = known_[key];
  kept = std::move(found);
  co_return &kept;
}

void Engine::forget_old(Pace::Clock::time_point now) {
  std::erase_if(known_, [&](const auto& entry) { return now - entry.second.since > kept_for; });
  if (known_.size() >= max_known) known_.clear();
}

net::Task<std::expected<void, std::string>> Engine::wait_for_turn() {
  if (is_searxng_) co_return std::expected<void, std::string>();
  if (const auto left = pace_.pause(Pace::Clock::now()); left.count() > 0)
    co_return std::unexpected(fmt::format(
        "DuckDuckGo has lately wanted to check that a person asks; it is asked again in {} s. "
        "This does not mean that there are no results. Use browser_search meanwhile",
        left.count()));
  boost::asio::steady_timer timer(io_, pace_.take_turn(Pace::Clock::now()));
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return std::expected<void, std::string>();
}

net::Task<std::expected<Results, std::string>> Engine::ask(const Query& query, const Fields& next) {
  const auto turn = co_await wait_for_turn();
  if (!turn) co_return std::unexpected(turn.error());
  ::fetch::Request request =
      is_searxng_ ? searxng_request(base_, query) : duckduckgo_request(base_, query, next);
  const auto page = co_await client_.fetch(std::move(request));
  if (!page) co_return std::unexpected(page.error().text());
  const std::string type(page->response.header("content-type"));
  const int status = page->response.status;
  if (is_searxng_) co_return judge(parse_searxng(status, page->response.body));
  const auto text = ::fetch::decode_text(page->response.body, type, true);
  co_return judge(parse_duckduckgo(status, text.text));
}

std::expected<Results, std::string> Engine::judge(Answer answer) {
  if (auto* results = std::get_if<Results>(&answer)) {
    pace_.answered();
    return std::move(*results);
  }
  if (const auto* unknown = std::get_if<Unknown>(&answer))
    return std::unexpected(fmt::format(
        "{} cannot be read: {} — try again later, or use browser_search", name(), unknown->why));
  if (is_searxng_)
    return std::unexpected(fmt::format("{} limits its rate: wait before the next search", name()));
  pace_.challenged(Pace::Clock::now());
  return std::unexpected(
      fmt::format("DuckDuckGo wants to check that a person asks (a challenge) and gives no results "
                  "for now. This does "
                  "not mean that there are none. Use browser_search, or try again in {} s",
                  pace_.pause(Pace::Clock::now()).count()));
}

}  // namespace mcp::search
