// Turns a Response into bytes.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace gatehouse::http {

struct WriteContext {
  bool is_head = false;  // the request's method was HEAD
  bool keeps_alive = true;
  bool names_keep_alive = false;  // HTTP/1.0 closes unless it is told otherwise
  std::string_view date_line;     // "Date: ...\r\n"
};

// What is to be written after the head. At most one of the two is there.
struct BodyToWrite {
  std::string_view bytes;  // of the response's own or shared body
  const BodySource* source = nullptr;
};

// Appends the status line, the fields and a small body to `out`, and returns what comes after it. The fields keep their
// order and spelling; Content-Length, Transfer-Encoding and Connection are the server's own and are left out where a
// handler set them; a field that could break out of its line is left out and logged.
// Requires: a final status (200 to 599).
BodyToWrite write_response(const Response& response, const WriteContext& context, std::string& out);

}  // namespace gatehouse::http
