// How a pool's keys are named and where they may be unsealed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "services/identity/pool.hpp"

namespace gatehouse::identity {

// What sealed keys and client secrets are bound to (crypto::Sealer's context).
std::string key_context(std::string_view pool_id, std::string_view use);

std::shared_ptr<const SigningKey> make_signing_key(crypto::RsaPrivateKey key);

}  // namespace gatehouse::identity
