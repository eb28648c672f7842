// The parts that a proxy's handlers share. Lives as long as the server.
#pragma once

#include <chrono>
#include <unordered_set>

#include <boost/asio/io_context.hpp>

#include "gateway/admission.h"
#include "gateway/backend.h"
#include "gateway/dialect.h"
#include "gateway/metrics.h"
#include "gateway/options.h"
#include "gateway/pdf_text.h"
#include "gateway/prefix_guard.h"
#include "gateway/request_log.h"
#include "gateway/response_store.h"
#include "gateway/session_tools.h"
#include "net/upstream.h"

namespace gateway {

class Exchange;

struct Gateway {
  Gateway(boost::asio::io_context& io_context, Options proxy_options)
      : io(io_context),
        options(std::move(proxy_options)),
        dialect(dialect_of(options.protocol)),
        pool(io, options.upstream),
        backend(pool, options),
        pdfs(io),
        log(options.request_log) {}

  boost::asio::io_context& io;
  Options options;
  const Dialect& dialect;
  net::UpstreamPool pool;
  Backend backend;
  Admission admission;
  PdfText pdfs;
  Metrics metrics;
  PrefixGuard prefix_guard;
  ResponseStore responses;
  SessionTools session_tools;
  RequestLog log;
  // The time of the last tick: good to a second, and free.
  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  std::unordered_set<Exchange*> exchanges;
  bool draining = false;
  bool warned_of_a_name = false;

  // The served model's name for the client.
  std::string label() const { return backend.label(dialect.label_prefix); }
};

}  // namespace gateway
