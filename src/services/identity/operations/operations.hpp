// The Cognito API: one function an operation; table.cpp lists them all.
#pragma once

#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/identity/parts.hpp"

namespace gatehouse::identity {

using Answer = Task<Result<json::object>>;

// Users
Answer admin_create_user(Parts& parts, const aws::Call& call);
Answer admin_get_user(Parts& parts, const aws::Call& call);
Answer admin_delete_user(Parts& parts, const aws::Call& call);
Answer admin_set_user_password(Parts& parts, const aws::Call& call);
Answer admin_update_user_attributes(Parts& parts, const aws::Call& call);
Answer admin_enable_user(Parts& parts, const aws::Call& call);
Answer admin_disable_user(Parts& parts, const aws::Call& call);
Answer admin_user_global_sign_out(Parts& parts, const aws::Call& call);
Answer list_users(Parts& parts, const aws::Call& call);

// Groups
Answer admin_add_user_to_group(Parts& parts, const aws::Call& call);
Answer admin_remove_user_from_group(Parts& parts, const aws::Call& call);
Answer admin_list_groups_for_user(Parts& parts, const aws::Call& call);
Answer list_groups(Parts& parts, const aws::Call& call);
Answer list_users_in_group(Parts& parts, const aws::Call& call);

// Signing in
Answer initiate_auth(Parts& parts, const aws::Call& call);
Answer admin_initiate_auth(Parts& parts, const aws::Call& call);
Answer respond_to_auth_challenge(Parts& parts, const aws::Call& call);
Answer admin_respond_to_auth_challenge(Parts& parts, const aws::Call& call);

// With a token
Answer get_user(Parts& parts, const aws::Call& call);
Answer global_sign_out(Parts& parts, const aws::Call& call);
Answer get_tokens_from_refresh_token(Parts& parts, const aws::Call& call);
Answer revoke_token(Parts& parts, const aws::Call& call);

// Pools and clients
Answer describe_user_pool(Parts& parts, const aws::Call& call);
Answer describe_user_pool_client(Parts& parts, const aws::Call& call);
Answer list_user_pools(Parts& parts, const aws::Call& call);
Answer list_user_pool_clients(Parts& parts, const aws::Call& call);

std::vector<aws::Operation> make_operations(Parts& parts);

}  // namespace gatehouse::identity
