// How this process is reached. Every URL that leaves it is made from these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::app {

struct Addresses {
  std::string public_url;  // of the AWS port, no final slash: "http://localhost:4566"
  std::string site_url;    // of the site port: "http://localhost:8080"
  std::uint16_t port = 0;  // as bound
  std::uint16_t site_port = 0;

  // What a function may call and means this process.
  std::vector<std::string> own_origins() const {
    std::vector<std::string> origins = {public_url};
    for (const char* host : {"localhost", "127.0.0.1"})
      origins.push_back("http://" + std::string(host) + ":" + std::to_string(port));
    return origins;
  }
  // "{public}/_aws/execute-api/{api}/{stage}"
  std::string stage_url(const std::string& api_id, const std::string& stage) const {
    return public_url + "/_aws/execute-api/" + api_id + "/" + stage;
  }
};

}  // namespace gatehouse::app
