// An HTTP server on loopback that answers GETs from a table and everything else from a function.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sys/descriptor.h"

namespace testing_support {

struct Asked {
  std::string method;
  std::string target;
  std::string head;  // whole, as received
  std::string body;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string type = "application/json";
};

class TinyServer {
 public:
  // By path, query left out; what is missing is answered 404.
  explicit TinyServer(std::map<std::string, Reply> replies);
  ~TinyServer();
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;

  int port() const { return port_; }
  std::string url() const;
  std::vector<Asked> asked() const;

 private:
  void serve();
  void answer(int connection);

  std::map<std::string, Reply> replies_;
  sys::Descriptor listener_;
  sys::Descriptor wake_read_;
  sys::Descriptor wake_write_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<Asked> asked_;
  std::thread thread_;
};

}  // namespace testing_support
