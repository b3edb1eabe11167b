// Everything that is written as lines into the logs service: what functions print, the audit log, the access log.
#pragma once

#include "app/front/front.hpp"
#include "services/functions/ports.hpp"
#include "services/identity/ports.hpp"
#include "services/logs/logs.hpp"

namespace gatehouse::app {

inline constexpr std::string_view kAuditGroup = "/gatehouse/audit";
inline constexpr std::string_view kAccessGroup = "/gatehouse/access";

// Thread-safe, as the logs are; they must outlive each of these.
class FunctionLogs final : public functions::LogSink {
 public:
  explicit FunctionLogs(logs::Logs& logs) : logs_(logs) {}
  void write(const std::string& group, const std::string& stream, Timestamp time, std::string_view line) override;

 private:
  logs::Logs& logs_;
};

class AuditLines final : public identity::AuditLog {
 public:
  explicit AuditLines(logs::Logs& logs) : logs_(logs) {}
  void audit(const identity::AuditEvent& event) override;

 private:
  logs::Logs& logs_;
};

class AccessLines final : public AccessLog {
 public:
  explicit AccessLines(logs::Logs& logs) : logs_(logs) {}
  void write(const AccessRecord& record) override;

 private:
  logs::Logs& logs_;
};

// The lines, without a line end. A path is cut from the query on: queries carry codes and tokens.
std::string audit_line(const identity::AuditEvent& event);
std::string access_line(const AccessRecord& record);

}  // namespace gatehouse::app
