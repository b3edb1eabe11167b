// What a run is told: by flags, GATEHOUSE_* variables, a configuration file, or defaults, in that order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace gatehouse::app {

struct Settings {
  std::filesystem::path template_file;  // empty: an empty account
  std::string stack_name;               // empty: from the template's folder
  std::map<std::string, std::string> parameters;

  std::vector<std::string> bind = {"127.0.0.1", "::1"};
  std::uint16_t port = 4566;
  std::uint16_t site_port = 8080;
  std::string public_url;  // of everything that AWS serves, no final slash; empty: http://localhost:PORT
  std::string site_url;    // of the site; empty: http://localhost:SITE_PORT

  std::filesystem::path data = ".gatehouse";
  std::size_t threads = 0;  // 0: one a core
  std::size_t cache_mib = 64;
  std::string region = "us-east-1";
  std::string account = "000000000000";
  std::string functions = "auto";  // where functions run: auto (as the template says) or process
  bool json_output = false;
};

}  // namespace gatehouse::app
