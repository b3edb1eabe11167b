// AdminCreateUser. There is no mail: the invitation's temporary password is kept sealed for whoever runs the stack
// (Identity::pending_users), unless the call says SUPPRESS.
#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"
#include "services/identity/password_policy.hpp"

namespace gatehouse::identity {
namespace {

// RESEND: a new temporary password with a new term for a user that never changed the first.
Task<Result<User>> resend(Parts& parts, PoolPtr pool, std::string username, std::string password, std::string hash) {
  auto user = co_await find_user(parts, pool, std::move(username));
  if (!user) co_return user;
  const std::int64_t until = parts.users.temporary_until(*pool);
  auto changed = co_await parts.users.change(pool, user->username, [&hash, until](User& present) -> Result<void> {
    if (!present.must_change_password()) {
      return fail(Error::Kind::kInvalid, "UnsupportedUserStateException",
                  "Resend not possible. User status is not FORCE_CHANGE_PASSWORD");
    }
    present.password_hash = hash;
    ++present.password_version;
    present.temporary_until_ms = until;
    return {};
  });
  if (!changed) co_return changed;
  auto kept = co_await parts.users.keep_temporary_password(pool, *changed, std::move(password));
  if (!kept) co_return std::unexpected(kept.error());
  auto forgotten = co_await parts.lockout.forget(pool, changed->username);
  if (!forgotten) co_return std::unexpected(forgotten.error());
  co_return changed;
}

}  // namespace

Answer admin_create_user(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  NewUser wanted;
  wanted.username = input.required("Username");
  wanted.attributes = input.attributes("UserAttributes");
  wanted.forces_alias = input.flag("ForceAliasCreation").value_or(false);
  std::string password = input.optional("TemporaryPassword");
  const std::string action = input.optional("MessageAction");
  input.list("DesiredDeliveryMediums");
  input.ignore({"ValidationData", "ClientMetadata"});
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!action.empty() && action != "SUPPRESS" && action != "RESEND") {
    co_return errors::invalid_parameter(
        "1 validation error detected: Value at 'messageAction' failed to satisfy constraint: Member must satisfy enum "
        "value set: [RESEND, SUPPRESS]");
  }
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  const PasswordPolicy& policy = (*pool)->config.password_policy;
  if (password.empty()) password = generate_password(policy, parts.around.random);
  if (auto good = check_password(policy, password); !good) co_return std::unexpected(good.error());
  auto hash = co_await parts.passwords.hash(password);
  if (!hash) co_return std::unexpected(hash.error());
  if (action == "RESEND") {
    auto user = co_await resend(parts, *pool, wanted.username, std::move(password), std::move(*hash));
    if (!user) co_return std::unexpected(user.error());
    co_return json::object{{"User", user_type(*user)}};
  }
  wanted.password_hash = std::move(*hash);
  if (action != "SUPPRESS") wanted.temporary_password = std::move(password);
  auto user = co_await parts.users.create(*pool, std::move(wanted));
  if (!user) co_return std::unexpected(user.error());
  parts.sign_in.audit("user_created", **pool, "", user->username, "", origin_of(call));
  co_return json::object{{"User", user_type(*user)}};
}

}  // namespace gatehouse::identity
