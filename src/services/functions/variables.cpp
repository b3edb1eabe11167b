#include "services/functions/variables.hpp"

#include "base/text.hpp"

namespace gatehouse::functions {
namespace {

constexpr std::array<std::string_view, 18> kReserved{"_HANDLER",
                                                     "_X_AMZN_TRACE_ID",
                                                     "AWS_DEFAULT_REGION",
                                                     "AWS_REGION",
                                                     "AWS_EXECUTION_ENV",
                                                     "AWS_LAMBDA_FUNCTION_NAME",
                                                     "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                     "AWS_LAMBDA_FUNCTION_VERSION",
                                                     "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                     "AWS_LAMBDA_LOG_GROUP_NAME",
                                                     "AWS_LAMBDA_LOG_STREAM_NAME",
                                                     "AWS_ACCESS_KEY",
                                                     "AWS_ACCESS_KEY_ID",
                                                     "AWS_SECRET_ACCESS_KEY",
                                                     "AWS_SESSION_TOKEN",
                                                     "AWS_LAMBDA_RUNTIME_API",
                                                     "LAMBDA_TASK_ROOT",
                                                     "LAMBDA_RUNTIME_DIR"};
constexpr std::size_t kMaxTotalBytes = 4096;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// [a-zA-Z]([a-zA-Z0-9_])+
bool is_name(std::string_view name) {
  if (name.size() < 2 || !is_letter(name[0])) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

bool has(const Variables& variables, std::string_view name) {
  return std::ranges::any_of(variables, [&](const auto& variable) { return variable.first == name; });
}

std::unexpected<Error> refused(const FunctionConfig& config, std::string_view what) {
  return fail(Error::Kind::kInvalid, "InvalidParameterValueException",
              fmt::format("Function {}: Environment.Variables: {}", config.name, what));
}

}  // namespace

Result<void> check_variables(const FunctionConfig& config) {
  std::size_t total = 0;
  Variables seen;
  for (const auto& variable : config.environment) {
    const auto& [name, value] = variable;
    total += name.size() + value.size();
    if (std::ranges::find(kReserved, name) != kReserved.end()) {
      return refused(config,
                     "the environment variables you have provided contains reserved keys that are currently not "
                     "supported for modification. Reserved keys used in this request: " +
                         name);
    }
    if (!is_name(name))
      return refused(config, fmt::format("the name '{}' does not match [a-zA-Z]([a-zA-Z0-9_])+", name));
    if (has(seen, name)) return refused(config, fmt::format("the name '{}' is given twice", name));
    if (value.find('\0') != std::string::npos) return refused(config, fmt::format("'{}' holds a NUL character", name));
    seen.push_back(variable);
  }
  if (total > kMaxTotalBytes) return refused(config, fmt::format("{} bytes; Lambda allows {}", total, kMaxTotalBytes));
  return {};
}

Variables common_variables(const FunctionConfig& config, const FunctionsConfig& settings, const std::string& stream) {
  Variables out{
      {"_HANDLER", config.handler},
      {"AWS_REGION", settings.region},
      {"AWS_DEFAULT_REGION", settings.region},
      {"AWS_LAMBDA_FUNCTION_NAME", config.name},
      {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(config.memory_mb)},
      {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
      {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
      {"AWS_LAMBDA_LOG_GROUP_NAME", config.log_group},
      {"AWS_LAMBDA_LOG_STREAM_NAME", stream},
      {"LAMBDA_TASK_ROOT", config.code_folder.string()},
      {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
  };
  out.insert(out.end(), config.environment.begin(), config.environment.end());
  const auto add_default = [&](std::string_view name, std::string_view value) {
    if (!has(config.environment, name)) out.emplace_back(name, value);
  };
  add_default("TZ", ":UTC");
  add_default("LANG", "en_US.UTF-8");
  add_default("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin");
  if (!settings.endpoint_url.empty()) add_default("AWS_ENDPOINT_URL", settings.endpoint_url);
  return out;
}

Variables process_variables(const FunctionConfig& config, const FunctionsConfig& settings, const std::string& stream,
                            const std::string& runtime_api) {
  Variables out = common_variables(config, settings, stream);
  out.emplace_back("AWS_LAMBDA_RUNTIME_API", runtime_api);
  const std::shared_ptr<const aws::Credential> credential = config.role ? config.role->current() : nullptr;
  if (!credential) return out;
  out.emplace_back("AWS_ACCESS_KEY_ID", credential->access_key_id);
  out.emplace_back("AWS_SECRET_ACCESS_KEY", credential->secret_access_key);
  if (!credential->session_token.empty()) out.emplace_back("AWS_SESSION_TOKEN", credential->session_token);
  return out;
}

}  // namespace gatehouse::functions
