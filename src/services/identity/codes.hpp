// Authorization codes: single use, five minutes, bound to everything that was asked for (RFC 6749 section 4.1.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/identity/grants.hpp"
#include "services/identity/identity.hpp"
#include "services/identity/tables.hpp"

namespace gatehouse::identity {

struct CodeGrant {
  std::string pool_id;
  std::string client_id;
  std::string redirect_uri;
  std::string code_challenge;  // S256; empty: the request had none
  std::string nonce;
  std::vector<std::string> scopes;
  std::string username;
  std::string sub;
  std::int64_t auth_time_s = 0;
  GrantNames names;  // of the grant that the exchange makes
};

struct TakenCode {
  CodeGrant grant;
  bool is_replay = false;  // it was used before: what it gave must be revoked
  bool is_expired = false;
};

// Thread-safe.
class Codes {
 public:
  static constexpr std::int64_t kLifetimeMs = 300'000;

  Codes(const Surroundings& around, Tables tables, Expiry expiry)
      : around_(around), tables_(std::move(tables)), expiry_(std::move(expiry)) {}

  // The code; on disk when this returns.
  Task<Result<std::string>> issue(CodeGrant grant) const;

  // Burns the code, whatever comes of the exchange. Of many callers exactly one gets it fresh, every other one as a
  // replay: the record is marked, not taken away, so that the mark and what it knows of the grant appear in one write.
  // It stays for a day, as long as an access token can live. Nothing for a code that is unknown or from long ago.
  Task<Result<std::optional<TakenCode>>> take(std::string code) const;

 private:
  Surroundings around_;
  Tables tables_;
  Expiry expiry_;
};

}  // namespace gatehouse::identity
