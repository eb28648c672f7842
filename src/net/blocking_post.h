// One POST over plain HTTP for short-lived commands, as blocking_get.h has it for GET.
#pragma once

#include <string_view>

#include "net/blocking_get.h"

namespace net {

base::Result<HttpAnswer> blocking_post(const Url& url, std::string_view target,
                                       std::string_view json, const GetOptions& options = {});

}  // namespace net
