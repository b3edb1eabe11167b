// For tests: an Identity on a real store in a folder of its own, with a clock that is moved by hand.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/run_task.hpp"
#include "base/worker_pool.hpp"
#include "platform/crypto/seal.hpp"
#include "platform/http/message.hpp"
#include "platform/http/url.hpp"
#include "platform/store/store.hpp"
#include "protocol/aws/credentials.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/identity/identity.hpp"

namespace gatehouse::identity::testing {

class RecordingAuditLog final : public AuditLog {
 public:
  void audit(const AuditEvent& event) override { events.push_back(event); }
  std::size_t count(std::string_view type) const;
  std::vector<AuditEvent> events;
};

inline constexpr std::string_view kDomain = "shop";
inline constexpr std::string_view kCallback = "http://localhost:8080/callback.html";
inline constexpr std::string_view kSignedOut = "http://localhost:8080/index.html";
inline constexpr std::string_view kPassword = "Correct-Horse-7";
// RFC 7636, appendix B.
inline constexpr std::string_view kVerifier = "dBjftJeZ4CVP-mBUYKkTeN5kT6VB4dLq6sBC1U-1c2Y";

// Pool "Products" with domain "shop", groups Admin and Reader, a confidential client, a public one and one that
// rotates; user "jane" (in Admin) with kPassword. Made once, copied for each House: keys take time.
class House {
 public:
  explicit House(std::string public_url = "http://localhost:4566");
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  // Closes everything and opens it again from the same folder.
  void restart();

  PoolPtr pool() const { return identity->find_pool(pool_id); }
  const Client& client() const { return *pool()->find_client(client_id); }
  const Client& public_client() const { return *pool()->find_client(public_client_id); }
  const Client& rotating_client() const { return *pool()->find_client(rotating_client_id); }

  Result<json::object> call(std::string_view operation, json::object input);
  // For a refusal: its code and its message.
  std::string code_of(std::string_view operation, json::object input);
  std::string message_of(std::string_view operation, json::object input);
  std::string add_user(std::string username, bool is_confirmed = true, json::array attributes = {});

  http::Response send(http::Request request);
  http::Response get(std::string_view target, http::Headers headers = {});
  http::Response post(std::string_view target, const http::Parameters& form, http::Headers headers = {});
  // The token endpoint as the confidential client, by HTTP Basic.
  http::Response token(http::Parameters form);
  http::Response token_as(const Client& client, http::Parameters form);
  http::Response issuer(std::string_view rest);

  std::string basic(const Client& client) const;

  ManualClock clock;
  SystemRandom random;
  RecordingAuditLog audit;
  crypto::Sealer sealer;
  std::string pool_id, client_id, public_client_id, rotating_client_id;
  std::unique_ptr<Identity> identity;
  std::unique_ptr<aws::JsonService> api;
  store::Store& store() { return *store_; }

 private:
  void open();

  std::filesystem::path folder_;
  std::string public_url_;
  aws::CredentialBook book_;
  WorkerPool hashing_{2, 64};
  WorkerPool signing_{2, 64};
  std::unique_ptr<store::Store> store_;
};

// A browser at the domain: keeps cookies, sends forms. Paths are below the domain.
class Browser {
 public:
  explicit Browser(House& house) : house_(house) {}

  http::Response get(std::string_view path_and_query);
  http::Response post(std::string_view path_and_query, const http::Parameters& form);
  // Fills the page's form in and sends it where it goes.
  http::Response submit(const http::Response& page, const http::Parameters& values);
  // From /oauth2/authorize to the answer; a page when something was refused.
  http::Response sign_in(const std::string& query, std::string_view username, std::string_view password = kPassword);

  std::map<std::string, std::string> cookies;
  http::Headers more_headers;

 private:
  http::Response send(http::Request request);
  House& house_;
};

struct AuthorizeQuery {
  std::string client_id;
  std::string redirect_uri = std::string(kCallback);
  std::string scope = "openid email profile";
  http::Parameters more = {{"state", "s-1"}, {"nonce", "n-1"}};
  bool has_challenge = true;
};
std::string authorize_query(const AuthorizeQuery& question);

// What a redirect carries: the parameters of its Location.
std::string location(const http::Response& response);
std::string parameter_of(const http::Response& response, std::string_view name);
json::object json_of(const http::Response& response);
// A token's payload, unverified.
json::object claims_of(std::string_view token);
std::string text_of(const json::object& object, std::string_view name);

}  // namespace gatehouse::identity::testing
