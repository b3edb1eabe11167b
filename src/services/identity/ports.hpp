// What identity needs from outside.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace gatehouse::identity {

// One security event, ready to be written as a line. Never a password, code or token.
struct AuditEvent {
  // "sign_in_succeeded", "sign_in_failed", "sign_in_locked_out", "password_changed", "code_issued", "code_reused",
  // "tokens_issued", "tokens_refreshed", "token_refused", "refresh_token_reused", "token_revoked", "signed_out",
  // "user_created", "user_deleted", "user_disabled", "user_enabled", "group_changed"
  std::string_view type;
  Timestamp time;
  std::string pool_id;
  std::string client_id;
  std::string username;  // empty when no such user exists: people type passwords into the wrong field
  std::string reason;    // for failures: one sentence
  std::string peer_address;
  std::string request_id;
};

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  // Called on event loops, concurrently: must not block. Identity does not wait for the line to be written.
  virtual void audit(const AuditEvent& event) = 0;
};

}  // namespace gatehouse::identity
