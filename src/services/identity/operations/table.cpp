#include "services/identity/config_json.hpp"
#include "services/identity/operations/operations.hpp"

namespace gatehouse::identity {
namespace {

using Function = Answer (*)(Parts&, const aws::Call&);

struct Entry {
  std::string_view name;
  Function run;
  enum { kOnPool, kOnAll, kUnsigned } access;
};

constexpr Entry kOperations[] = {
    {"AdminAddUserToGroup", admin_add_user_to_group, Entry::kOnPool},
    {"AdminCreateUser", admin_create_user, Entry::kOnPool},
    {"AdminDeleteUser", admin_delete_user, Entry::kOnPool},
    {"AdminDisableUser", admin_disable_user, Entry::kOnPool},
    {"AdminEnableUser", admin_enable_user, Entry::kOnPool},
    {"AdminGetUser", admin_get_user, Entry::kOnPool},
    {"AdminInitiateAuth", admin_initiate_auth, Entry::kOnPool},
    {"AdminListGroupsForUser", admin_list_groups_for_user, Entry::kOnPool},
    {"AdminRemoveUserFromGroup", admin_remove_user_from_group, Entry::kOnPool},
    {"AdminRespondToAuthChallenge", admin_respond_to_auth_challenge, Entry::kOnPool},
    {"AdminSetUserPassword", admin_set_user_password, Entry::kOnPool},
    {"AdminUpdateUserAttributes", admin_update_user_attributes, Entry::kOnPool},
    {"AdminUserGlobalSignOut", admin_user_global_sign_out, Entry::kOnPool},
    {"DescribeUserPool", describe_user_pool, Entry::kOnPool},
    {"DescribeUserPoolClient", describe_user_pool_client, Entry::kOnPool},
    {"GetTokensFromRefreshToken", get_tokens_from_refresh_token, Entry::kUnsigned},
    {"GetUser", get_user, Entry::kUnsigned},
    {"GlobalSignOut", global_sign_out, Entry::kUnsigned},
    {"InitiateAuth", initiate_auth, Entry::kUnsigned},
    {"ListGroups", list_groups, Entry::kOnPool},
    {"ListUserPoolClients", list_user_pool_clients, Entry::kOnPool},
    {"ListUserPools", list_user_pools, Entry::kOnAll},
    {"ListUsers", list_users, Entry::kOnPool},
    {"ListUsersInGroup", list_users_in_group, Entry::kOnPool},
    {"RespondToAuthChallenge", respond_to_auth_challenge, Entry::kUnsigned},
    {"RevokeToken", revoke_token, Entry::kUnsigned},
};

}  // namespace

std::vector<aws::Operation> make_operations(Parts& parts) {
  std::vector<aws::Operation> operations;
  for (const Entry& entry : kOperations) {
    aws::Operation operation;
    operation.name = entry.name;
    operation.run = [&parts, run = entry.run](const aws::Call& call) { return run(parts, call); };
    operation.is_signed = entry.access != Entry::kUnsigned;
    if (entry.access == Entry::kOnPool) {
      operation.resources = [&parts](const json::object& input) -> std::vector<std::string> {
        return {fmt::format("arn:aws:cognito-idp:{}:{}:userpool/{}", parts.config.region, parts.config.account,
                            text_of(input, "UserPoolId"))};
      };
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

}  // namespace gatehouse::identity
