// The environment variables of a function. Lambda Developer Guide: "Working with Lambda environment variables".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/functions/config.hpp"

namespace gatehouse::functions {

using Variables = std::vector<std::pair<std::string, std::string>>;

// Name rules, reserved names and the 4 KB limit, with Lambda's words.
Result<void> check_variables(const FunctionConfig& config);

// The function's own and Lambda's, without credentials and AWS_LAMBDA_RUNTIME_API.
Variables common_variables(const FunctionConfig& config, const FunctionsConfig& settings, const std::string& stream);
// These for a process.
Variables process_variables(const FunctionConfig& config, const FunctionsConfig& settings, const std::string& stream,
                            const std::string& runtime_api);

}  // namespace gatehouse::functions
