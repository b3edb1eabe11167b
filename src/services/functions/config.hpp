// What the functions service is told: plain settings, no YAML.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/functions/ports.hpp"

namespace gatehouse::functions {

struct FunctionConfig {
  std::string name;
  std::string arn;
  std::filesystem::path code_folder;        // absolute; holds the executable `bootstrap`
  std::string runtime = "provided.al2023";  // the only one: deploy() refuses others
  std::string handler = "bootstrap";        // passed on as _HANDLER
  std::uint32_t memory_mb = 128;            // 128 to 10240
  std::uint32_t timeout_s = 3;              // 1 to 900
  std::vector<std::pair<std::string, std::string>> environment;
  // Lambda's ReservedConcurrentExecutions: 0 refuses every invocation.
  std::optional<std::uint32_t> reserved_concurrency;
  std::shared_ptr<RoleCredentials> role;
  std::string log_group;  // "/aws/lambda/NAME"

  // The shared object to run in this process instead of `bootstrap`: no isolation, no memory limit, no process hop.
  std::optional<std::filesystem::path> in_process;
};

struct FunctionsConfig {
  std::string region = "us-east-1";
  // Where a function's own AWS clients send their calls (AWS_ENDPOINT_URL); empty: not set.
  std::string endpoint_url;
  // Bounds what runs at a time, for functions without a reserved concurrency. Processes cost memory, coroutines do not.
  std::uint32_t max_processes_per_function = 10;
  std::uint32_t max_in_process_invocations = 1000;
  std::chrono::milliseconds idle_timeout{300'000};  // a warm process without work ends after this
  std::chrono::milliseconds init_timeout{10'000};   // Lambda: the init phase is limited to 10 seconds
};

}  // namespace gatehouse::functions
