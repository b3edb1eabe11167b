// What the template tells the proxy function, by environment variable.
#pragma once

#include <string>

#include "gatehouse/sdk/function.hpp"

namespace products {

namespace sdk = gatehouse::sdk;

struct Settings {
  std::string site_url;           // SITE_URL: the origin that CORS allows
  std::string crud_api_url;       // CRUD_API_URL: with the stage, no final slash
  std::string sign_in_url;        // SIGN_IN_URL: the pool domain's base, no final slash
  std::string client_id;          // APP_CLIENT_ID
  std::string client_secret_id;   // APP_CLIENT_SECRET_ID: the secret that holds the app client's secret
  std::string api_key_secret_id;  // API_KEY_SECRET_ID: the secret that holds the CRUD API's key

  static Settings read(const sdk::Context& context);
};

}  // namespace products
