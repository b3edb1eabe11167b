// Turns a Response into bytes.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace gatehouse::http {

struct WriteContext {
  bool is_head = false;  // the request's method was HEAD
  bool is_http_1_0 = false;
  bool keeps_alive = true;
};

// Appends the status line and fields to `out`, and the body when it is small. Returns what remains to be written after
// `out`: a view into the response, empty when all is in `out`. A field that could break out of its line is left out
// and logged.
std::string_view write_response(const Response& response, const WriteContext& context, std::string& out);

}  // namespace gatehouse::http
