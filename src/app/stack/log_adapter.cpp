#include "app/stack/log_adapter.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"

namespace gatehouse::app {
namespace {

constexpr std::string_view kStream = "gatehouse";

std::int64_t to_ms(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// `,"name":"value"`; request text that is not UTF-8 would make the line unreadable as JSON.
void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += out.empty() ? '{' : ',';
  append_json_string(out, name);
  out += ':';
  append_json_string(out, is_utf8(value) ? value : "(not UTF-8)");
}

void append_optional(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) append_member(out, name, value);
}

std::uint64_t body_bytes(const http::Response& response) {
  if (response.source != nullptr) return response.source->size();
  return response.content().size();
}

}  // namespace

void FunctionLogs::write(const std::string& group, const std::string& stream, Timestamp time, std::string_view line) {
  logs_.append(group, stream, to_ms(time), line);
}

std::string audit_line(const identity::AuditEvent& event) {
  std::string line;
  append_member(line, "time", format_iso8601(event.time));
  append_member(line, "type", event.type);
  append_optional(line, "userPoolId", event.pool_id);
  append_optional(line, "clientId", event.client_id);
  append_optional(line, "username", event.username);
  append_optional(line, "reason", event.reason);
  append_optional(line, "peer", event.peer_address);
  append_optional(line, "requestId", event.request_id);
  return line += '}';
}

void AuditLines::audit(const identity::AuditEvent& event) {
  logs_.append(kAuditGroup, kStream, to_ms(event.time), audit_line(event));
}

std::string access_line(const AccessRecord& record) {
  const http::Request& request = record.request;
  std::string line;
  line.reserve(256 + request.target.size());
  append_member(line, "time", format_iso8601(record.started));
  append_member(line, "requestId", request.request_id);
  append_member(line, "service", record.service);
  append_member(line, "method", request.method);
  append_member(line, "path", request.path());
  fmt::format_to(std::back_inserter(line), ",\"status\":{},\"durationMs\":{}.{:03},\"bytes\":{}",
                 record.response.status, record.duration_us / 1000, record.duration_us % 1000,
                 body_bytes(record.response));
  append_member(line, "peer", request.peer_address);
  return line += '}';
}

void AccessLines::write(const AccessRecord& record) {
  logs_.append(kAccessGroup, kStream, to_ms(record.started), access_line(record));
}

}  // namespace gatehouse::app
