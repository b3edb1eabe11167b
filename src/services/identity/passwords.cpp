#include "services/identity/passwords.hpp"

#include "platform/crypto/hash.hpp"

namespace gatehouse::identity {

Task<Result<std::string>> Passwords::hash(std::string password) const {
  auto hashed = co_await pool_->run([&password, cost = cost_] {
    std::string encoded = crypto::hash_password(password, cost);
    crypto::wipe(password);
    return encoded;
  });
  co_return hashed;
}

Task<Result<bool>> Passwords::verify(std::string encoded, std::string password) const {
  auto verified = co_await pool_->run([&encoded, &password, cost = cost_] {
    const bool is_known = !encoded.empty();
    const bool matches =
        is_known ? crypto::verify_password(encoded, password) : crypto::hash_password(password, cost).empty();
    crypto::wipe(password);
    return is_known && matches;
  });
  co_return verified;
}

}  // namespace gatehouse::identity
