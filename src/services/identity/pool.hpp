// A user pool as it is at one moment: settings, clients, groups, keys. Immutable and shared; a change publishes a new
// one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "platform/crypto/rsa.hpp"
#include "services/identity/config.hpp"

namespace gatehouse::identity {

// A signing key with its name in the JWKS.
struct SigningKey {
  std::string key_id;
  crypto::RsaPrivateKey private_key;
  crypto::RsaPublicKey public_key;
};

struct Client {
  std::string id;      // 26 lower-case letters and digits
  std::string secret;  // empty: a public client
  ClientConfig config;
  Timestamp created, modified;

  bool is_public() const { return secret.empty(); }
};

struct Group {
  GroupConfig config;
  Timestamp created, modified;
};

// Safe to share between threads.
struct Pool {
  std::string id;      // "us-east-1_AbCdEfGhI"
  std::string arn;     // "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEfGhI"
  std::string issuer;  // "{public base URL}/{id}"
  UserPoolConfig config;
  Timestamp created, modified;
  // ID and access tokens are signed with different keys, as Cognito does.
  std::shared_ptr<const SigningKey> id_token_key;
  std::shared_ptr<const SigningKey> access_token_key;
  std::map<std::string, std::shared_ptr<const Client>, std::less<>> clients;  // by id
  std::map<std::string, std::shared_ptr<const Group>, std::less<>> groups;    // by name
  std::string domain;                                                         // empty: none

  // Null when there is none.
  const crypto::RsaPublicKey* find_key(std::string_view key_id) const {
    if (key_id == id_token_key->key_id) return &id_token_key->public_key;
    if (key_id == access_token_key->key_id) return &access_token_key->public_key;
    return nullptr;
  }
  const Client* find_client(std::string_view client_id) const {
    const auto found = clients.find(client_id);
    return found == clients.end() ? nullptr : found->second.get();
  }
};

using PoolPtr = std::shared_ptr<const Pool>;

}  // namespace gatehouse::identity
