// Where identity keeps its state: five tables of records (store/records.hpp). Only single-record conditional writes.
//
//   identity/pools    "pools" / POOL                the pool's settings and sealed keys
//                     POOL / "client/ID", "group/NAME"
//                     "domains" / DOMAIN            which pool has it
//   identity/users    "u/POOL" / NAME               the user (groups included, so that a token needs one read)
//                     "a/POOL" / "email:VALUE"      an alias: which user it names
//                     "g/POOL/GROUP" / NAME         an index of members; the user's own list decides
//                     "t/POOL" / NAME               a temporary password, sealed, until it is used or expires
//   identity/grants   "POOL/SUB" / HANDLE           a refresh token and its history
//   identity/flows    "code/HASH", "session/HASH", "revoked/ORIGIN_JTI", "lockout/POOL/NAME"
//   identity/expiry   HOUR / "TABLE/PARTITION/SORT"  what may be removed from that hour on
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/records.hpp"

namespace gatehouse::identity {

struct Tables {
  store::Records pools, users, grants, flows, expiry;

  static Task<Result<Tables>> open(store::Store& store);
};

// Remembers when records may go, so that purging reads only what has expired. Thread-safe.
class Expiry {
 public:
  enum class Table { kUsers, kGrants, kFlows };

  Expiry(Tables tables, const Clock& clock) : tables_(std::move(tables)), clock_(&clock) {}

  // Once after opening: where purging starts the first time.
  Task<Result<void>> begin() const;
  // The record names its own end in the member "purgeAt" (milliseconds): if that moved on meanwhile, it stays until
  // then.
  Task<Result<void>> note(Table table, std::string partition, std::string sort, std::int64_t purge_at_ms) const;
  // Takes a note back. Failing is harmless: the note then finds nothing.
  Task<void> forget(Table table, std::string partition, std::string sort, std::int64_t purge_at_ms) const;
  Task<void> purge() const;

 private:
  Task<bool> purge_hour(std::int64_t hour) const;
  Task<Result<void>> purge_entry(std::string entry) const;
  const store::Records& records(Table table) const;

  Tables tables_;
  const Clock* clock_;
};

}  // namespace gatehouse::identity
