#include "platform/http/response_writer.hpp"

#include <charconv>

#include "base/log.hpp"
#include "base/text.hpp"
#include "platform/http/syntax.hpp"

namespace gatehouse::http {
namespace {

constexpr std::size_t kInlineBody = 16 * 1024;  // copying this much is cheaper than a second buffer in the system call

void append_number(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, end);
}

bool is_servers_own(std::string_view name) {
  switch (name.size()) {
    case 10:
      return equals_ignoring_case(name, "Connection");
    case 14:
      return equals_ignoring_case(name, "Content-Length");
    case 17:
      return equals_ignoring_case(name, "Transfer-Encoding");
    default:
      return false;
  }
}

// True when the handler dated the response itself.
bool append_fields(const Headers& headers, std::string& out) {
  bool has_date = false;
  for (const Header& field : headers) {
    if (is_servers_own(field.name)) continue;
    if (!is_token(field.name) || !is_field_value(field.value)) {
      log::error("a response's header field was left out: its name or value is not allowed in HTTP");
      continue;
    }
    if (field.name.size() == 4 && equals_ignoring_case(field.name, "Date")) has_date = true;
    out.append(field.name).append(": ", 2).append(field.value).append("\r\n", 2);
  }
  return has_date;
}

std::uint64_t content_length(const Response& response) {
  if (response.source) return response.source->size();
  const std::string_view content = response.content();
  return content.empty() ? response.content_length.value_or(0) : content.size();
}

}  // namespace

BodyToWrite write_response(const Response& response, const WriteContext& context, std::string& out) {
  if (response.status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
  } else {
    out.append("HTTP/1.1 ");
    append_number(out, response.status);
    out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  }
  const bool has_date = append_fields(response.headers, out);
  if (!has_date) out.append(context.date_line);

  // RFC 9110 section 8.6: no length with 204; with 304 it would be that of the content that is not sent.
  const bool may_have_body = response.status != 204 && response.status != 304;
  const bool has_body = may_have_body && !context.is_head;
  if (may_have_body) {
    out.append("Content-Length: ");
    const std::string_view content = response.content();
    append_number(out, has_body && !response.source ? content.size() : content_length(response));
    out.append("\r\n", 2);
  }
  if (!context.keeps_alive) {
    out.append("Connection: close\r\n");
  } else if (context.names_keep_alive) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n", 2);

  if (!has_body) return {};
  if (response.source) return {.bytes = {}, .source = response.source.get()};
  const std::string_view content = response.content();
  if (content.size() > kInlineBody) return {.bytes = content, .source = nullptr};
  out.append(content);
  return {};
}

}  // namespace gatehouse::http
