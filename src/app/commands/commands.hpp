// The command line: one function a subcommand. Each returns the process's exit code: 0 done, 1 failed, 2 a wrong flag,
// template or file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "app/settings.hpp"

namespace gatehouse::app {

inline constexpr int kExitUsage = 2;

int run_command(const Settings& settings);

struct EnvOptions {
  std::filesystem::path data = ".gatehouse";
  std::string endpoint;  // empty: what the last run in that folder listened on
  std::string region = "us-east-1";
  bool json = false;
};
int env_command(const EnvOptions& options);

struct LogsOptions {
  EnvOptions env;
  std::string group;  // empty: list the groups
  bool follow = false;
  std::string since = "10m";
  std::string filter;
};
int logs_command(const LogsOptions& options);

}  // namespace gatehouse::app
