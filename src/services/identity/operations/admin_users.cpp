// What an administrator does with one user.
#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"
#include "services/identity/password_policy.hpp"

namespace gatehouse::identity {
namespace {

struct Target {
  PoolPtr pool;
  User user;
};

// Reads UserPoolId and Username (what else there is must have been read before) and finds both.
Task<Result<Target>> find_target(Parts& parts, Input& input) {
  const std::string pool_id = input.required("UserPoolId");
  std::string username = input.required("Username");
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  auto user = co_await find_user(parts, *pool, std::move(username));
  if (!user) co_return std::unexpected(user.error());
  co_return Target{std::move(*pool), std::move(*user)};
}

Answer set_enabled(Parts& parts, const aws::Call& call, bool is_enabled) {
  Input input(call);
  auto target = co_await find_target(parts, input);
  if (!target) co_return std::unexpected(target.error());
  auto changed =
      co_await parts.users.change(target->pool, target->user.username, [is_enabled](User& user) -> Result<void> {
        user.is_enabled = is_enabled;
        return {};
      });
  if (!changed) co_return std::unexpected(changed.error());
  if (!is_enabled) {
    auto revoked = co_await parts.grants.revoke_all(target->pool, target->user.sub);
    if (!revoked) co_return std::unexpected(revoked.error());
  }
  parts.sign_in.audit(is_enabled ? "user_enabled" : "user_disabled", *target->pool, "", target->user.username, "",
                      origin_of(call));
  co_return json::object{};
}

}  // namespace

Answer admin_get_user(Parts& parts, const aws::Call& call) {
  Input input(call);
  auto target = co_await find_target(parts, input);
  if (!target) co_return std::unexpected(target.error());
  json::object shape = user_type(target->user);
  shape["UserAttributes"] = shape.at("Attributes");
  shape.erase("Attributes");
  co_return shape;
}

Answer admin_delete_user(Parts& parts, const aws::Call& call) {
  Input input(call);
  auto target = co_await find_target(parts, input);
  if (!target) co_return std::unexpected(target.error());
  auto removed = co_await parts.users.remove(target->pool, target->user);
  if (!removed) co_return std::unexpected(removed.error());
  auto revoked = co_await parts.grants.revoke_all(target->pool, target->user.sub);
  if (!revoked) co_return std::unexpected(revoked.error());
  auto forgotten = co_await parts.lockout.forget(target->pool, target->user.username);
  if (!forgotten) co_return std::unexpected(forgotten.error());
  parts.sign_in.audit("user_deleted", *target->pool, "", target->user.username, "", origin_of(call));
  co_return json::object{};
}

Answer admin_set_user_password(Parts& parts, const aws::Call& call) {
  Input input(call);
  std::string password = input.required("Password");
  const bool is_permanent = input.flag("Permanent").value_or(false);
  auto target = co_await find_target(parts, input);
  if (!target) co_return std::unexpected(target.error());
  const PoolPtr pool = target->pool;
  if (auto good = check_password(pool->config.password_policy, password); !good)
    co_return std::unexpected(good.error());
  auto hash = co_await parts.passwords.hash(std::move(password));
  if (!hash) co_return std::unexpected(hash.error());
  const std::int64_t until = parts.users.temporary_until(*pool);
  auto changed = co_await parts.users.change(pool, target->user.username, [&](User& user) -> Result<void> {
    user.password_hash = *hash;
    ++user.password_version;
    user.status = std::string(is_permanent ? User::kConfirmed : User::kForceChangePassword);
    user.temporary_until_ms = is_permanent ? 0 : until;
    return {};
  });
  if (!changed) co_return std::unexpected(changed.error());
  // What the administrator chose is known to the administrator: nothing is kept to be shown.
  auto forgotten = co_await parts.users.forget_temporary_password(pool, changed->username);
  if (!forgotten) co_return std::unexpected(forgotten.error());
  auto unlocked = co_await parts.lockout.forget(pool, changed->username);
  if (!unlocked) co_return std::unexpected(unlocked.error());
  parts.sign_in.audit("password_changed", *pool, "", changed->username, "by an administrator", origin_of(call));
  co_return json::object{};
}

Answer admin_update_user_attributes(Parts& parts, const aws::Call& call) {
  Input input(call);
  Attributes attributes = input.attributes("UserAttributes");
  input.ignore({"ClientMetadata"});
  auto target = co_await find_target(parts, input);
  if (!target) co_return std::unexpected(target.error());
  if (attributes.empty()) co_return errors::invalid_parameter("UserAttributes: at least one is needed");
  auto changed = co_await parts.users.change_attributes(target->pool, target->user.username, std::move(attributes));
  if (!changed) co_return std::unexpected(changed.error());
  co_return json::object{};
}

Answer admin_enable_user(Parts& parts, const aws::Call& call) { return set_enabled(parts, call, true); }
Answer admin_disable_user(Parts& parts, const aws::Call& call) { return set_enabled(parts, call, false); }

Answer admin_user_global_sign_out(Parts& parts, const aws::Call& call) {
  Input input(call);
  auto target = co_await find_target(parts, input);
  if (!target) co_return std::unexpected(target.error());
  auto revoked = co_await parts.grants.revoke_all(target->pool, target->user.sub);
  if (!revoked) co_return std::unexpected(revoked.error());
  parts.sign_in.audit("token_revoked", *target->pool, "", target->user.username, "all, by an administrator",
                      origin_of(call));
  co_return json::object{};
}

}  // namespace gatehouse::identity
