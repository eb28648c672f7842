// Addresses of links and images, absolute.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace html {

class Links {
 public:
  // `page`: its own address, may be empty; `base`: what the page says of itself (<base href>).
  Links(std::string_view page, std::string_view base);
  ~Links();
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  // Empty where the address is none to follow: a script's, a place in the same page, too long.
  std::string resolve(std::string_view href) const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace html
