// Cognito user pools: users, groups, clients, tokens, the OAuth 2.0 / OpenID Connect endpoints, the hosted pages and
// the Cognito API.
//
// All state lives in the store; pools, clients and groups are also kept in memory, written through. Safe from any
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/crypto/password.hpp"
#include "platform/http/message.hpp"
#include "services/identity/config.hpp"
#include "services/identity/pool.hpp"
#include "services/identity/ports.hpp"

namespace gatehouse {
class WorkerPool;
namespace aws {
class CredentialBook;
class JsonService;
}  // namespace aws
namespace crypto {
class Sealer;
}
namespace store {
class Store;
}
}  // namespace gatehouse

namespace gatehouse::identity {

struct Config {
  // Where browsers and clients reach this process, without a final slash ("http://localhost:4566"). Every URL that
  // leaves is made from it, never from a Host header. With "https://" cookies are Secure.
  std::string public_base_url;
  std::string region = "us-east-1";
  std::string account = "000000000000";
  crypto::PasswordCost password_cost;
};

// What identity works with. All of it must outlive the Identity.
struct Surroundings {
  store::Store& store;
  const crypto::Sealer& sealer;
  WorkerPool& hashing_pool;  // Argon2id: a flood of sign-ins fills this one
  WorkerPool& signing_pool;  // RSA: kept apart, so that refreshing tokens goes on meanwhile
  const Clock& clock;
  Random& random;
  AuditLog* audit = nullptr;  // null: nobody keeps an audit log
};

// A user that must still choose a password.
struct PendingUser {
  std::string username;  // what to type on the sign-in page
  std::string temporary_password;
  Timestamp valid_until;
};

// Internal: everything that the endpoints and operations work with.
struct Parts;

class Identity {
 public:
  // Loads pools, clients and groups from the store.
  static Task<Result<std::unique_ptr<Identity>>> open(Config config, Surroundings surroundings);
  ~Identity();

  // --- For the stack. Each is idempotent: made when absent, updated when it differs, left alone when it is the same.
  // A physical id that the stack remembers is kept; without one a new id is made. Errors are kInvalid and name the
  // property as the template spells it; a change that Cognito does not allow says so.
  Task<Result<PoolPtr>> ensure_pool(UserPoolConfig config, std::optional<std::string> pool_id);
  Task<Result<std::shared_ptr<const Client>>> ensure_client(std::string pool_id, ClientConfig config,
                                                            std::optional<std::string> client_id);
  Task<Result<void>> ensure_domain(std::string pool_id, DomainConfig config);
  Task<Result<void>> ensure_group(std::string pool_id, GroupConfig config);
  // Makes the user with a generated temporary password; a user that exists is left as it is. Returns the user name
  // (the sub in a pool with username attributes): the physical id.
  Task<Result<std::string>> ensure_user(std::string pool_id, UserConfig config);
  Task<Result<void>> ensure_membership(std::string pool_id, std::string username, std::string group);

  // For what left the template. Absent is fine. Removing a pool removes all that is in it.
  Task<Result<void>> remove_pool(std::string pool_id);
  Task<Result<void>> remove_client(std::string pool_id, std::string client_id);
  Task<Result<void>> remove_domain(std::string pool_id, std::string domain);
  Task<Result<void>> remove_group(std::string pool_id, std::string group);
  Task<Result<void>> remove_user(std::string pool_id, std::string username);
  Task<Result<void>> remove_membership(std::string pool_id, std::string username, std::string group);

  // Users with a temporary password that is still valid, for who runs the stack.
  Task<Result<std::vector<PendingUser>>> pending_users(std::string pool_id);

  // --- For the gateway's authorizer and for outputs: a snapshot, null when there is none. Cheap.
  PoolPtr find_pool(std::string_view pool_id) const;
  PoolPtr find_pool_by_arn(std::string_view arn) const;
  PoolPtr find_pool_by_domain(std::string_view domain) const;
  // "{public base URL}/_aws/auth/{domain}"
  std::string domain_url(std::string_view domain) const;

  // --- For the front. `rest` is the path below the pool or domain with its leading slash ("/oauth2/token"), without
  // the query; request.target stays as it was received. Links in pages are relative: the same page works under
  // /_aws/auth/{domain}/ and on the domain's own host.
  Task<http::Response> handle_issuer(std::string pool_id, std::string rest, http::Request& request);
  Task<http::Response> handle_domain(std::string domain, std::string rest, http::Request& request);

  // The Cognito API ("cognito-idp"). The Identity and the book must outlive it.
  std::unique_ptr<aws::JsonService> make_api(const aws::CredentialBook& book);

  // Removes what has expired (codes, sessions, grants, counters). Call it every few minutes; it yields between pages.
  Task<void> purge_expired();

 private:
  explicit Identity(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gatehouse::identity
