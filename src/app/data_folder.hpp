// The data folder: where all state lives, and the credential that administers it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "protocol/aws/credentials.hpp"

namespace gatehouse::app {

// Makes the folder (mode 0700) when it is missing. The error says which path and why.
Result<void> prepare_data_folder(const std::filesystem::path& folder);

// The root credential: GATEHOUSE_ROOT_ACCESS_KEY_ID and GATEHOUSE_ROOT_SECRET_ACCESS_KEY (both or none), else the
// folder's file `credentials.json` (mode 0600), made on the first run.
Result<aws::Credential> root_credential(const std::filesystem::path& folder, const std::string& account,
                                        Random& random);

// The same without making one: for commands beside a run.
Result<aws::Credential> read_root_credential(const std::filesystem::path& folder, const std::string& account);

// Where the last run in this folder listened, for commands beside it.
Result<void> write_endpoint(const std::filesystem::path& folder, const std::string& endpoint);
Result<std::string> read_endpoint(const std::filesystem::path& folder);

}  // namespace gatehouse::app
