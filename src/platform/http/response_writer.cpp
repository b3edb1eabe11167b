#include "platform/http/response_writer.hpp"

#include <charconv>
#include <ctime>

#include "base/log.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"

namespace gatehouse::http {
namespace {

constexpr std::size_t kInlineBody = 32 * 1024;  // copying this much is cheaper than a second buffer in the system call

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

// "Date: ...\r\n", made once a second per thread.
std::string_view date_line() {
  thread_local std::time_t made_for = -1;
  thread_local std::string line;
  const std::time_t now = std::time(nullptr);
  if (now != made_for) {
    made_for = now;
    line = "Date: " + format_http_date(std::chrono::system_clock::from_time_t(now)) + "\r\n";
  }
  return line;
}

bool is_token(std::string_view name) {
  if (name.empty()) return false;
  for (const char c : name) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    if (!is_fine) return false;
  }
  return true;
}

bool is_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Fields that belong to the server.
bool is_reserved(std::string_view name) {
  return equals_ignoring_case(name, "content-length") || equals_ignoring_case(name, "connection") ||
         equals_ignoring_case(name, "transfer-encoding") || equals_ignoring_case(name, "date");
}

}  // namespace

std::string_view write_response(const Response& response, const WriteContext& context, std::string& out) {
  out.append(context.is_http_1_0 ? "HTTP/1.0 " : "HTTP/1.1 ");
  append_number(out, response.status);
  out.push_back(' ');
  out.append(reason_phrase(response.status)).append("\r\n");
  for (const Header& field : response.headers) {
    if (is_reserved(field.name)) continue;
    if (!is_token(field.name) || !is_value(field.value)) {
      log::error("a response field was left out: its name or value is not allowed in HTTP");
      continue;
    }
    out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  const std::string_view content = response.content();
  const bool may_have_body = response.status >= 200 && response.status != 204 && response.status != 304;
  if (may_have_body) {
    out.append("Content-Length: ");
    append_number(out, content.empty() && context.is_head ? response.content_length.value_or(0) : content.size());
    out.append("\r\n");
  }
  out.append(date_line());
  if (!context.keeps_alive)
    out.append("Connection: close\r\n");
  else if (context.is_http_1_0)
    out.append("Connection: keep-alive\r\n");
  out.append("\r\n");
  if (!may_have_body || context.is_head) return {};
  if (content.size() > kInlineBody) return content;
  out.append(content);
  return {};
}

}  // namespace gatehouse::http
