// The operations of the Secrets Manager API, a file for each family. secrets.cpp lists them like a table of contents.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/aws/json_service.hpp"
#include "services/secrets/vault.hpp"

namespace gatehouse::secrets {

using Answer = Result<json::object>;

Task<Answer> create_secret(Vault& vault, const aws::Call& call);
Task<Answer> delete_secret(Vault& vault, const aws::Call& call);
Task<Answer> describe_secret(Vault& vault, const aws::Call& call);
Task<Answer> get_random_password(Vault& vault, const aws::Call& call);
Task<Answer> get_secret_value(Vault& vault, const aws::Call& call);
Task<Answer> list_secret_version_ids(Vault& vault, const aws::Call& call);
Task<Answer> list_secrets(Vault& vault, const aws::Call& call);
Task<Answer> put_secret_value(Vault& vault, const aws::Call& call);
Task<Answer> restore_secret(Vault& vault, const aws::Call& call);
Task<Answer> tag_resource(Vault& vault, const aws::Call& call);
Task<Answer> untag_resource(Vault& vault, const aws::Call& call);
Task<Answer> update_secret(Vault& vault, const aws::Call& call);
Task<Answer> update_secret_version_stage(Vault& vault, const aws::Call& call);

// What several answers share.
double seconds(std::int64_t milliseconds);  // the API's timestamps
json::array texts_of(const std::vector<std::string>& texts);
// Name, ARN, description, tags, dates and versions; `versions` is the member that holds the stages by version.
json::object description_of(const Secret& secret, std::string_view versions);
// The version that a stage and an id choose together (GetSecretValue).
Result<const Version*> choose_version(const Secret& secret, std::string_view id, std::string_view stage);

}  // namespace gatehouse::secrets
