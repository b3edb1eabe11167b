#include "proxy/settings.hpp"

namespace products {

Settings Settings::read(const sdk::Context& context) {
  const auto variable = [&](std::string_view name) { return std::string(context.env(name)); };
  return {.site_url = variable("SITE_URL"),
          .crud_api_url = variable("CRUD_API_URL"),
          .sign_in_url = variable("SIGN_IN_URL"),
          .client_id = variable("APP_CLIENT_ID"),
          .client_secret_id = variable("APP_CLIENT_SECRET_ID"),
          .api_key_secret_id = variable("API_KEY_SECRET_ID")};
}

}  // namespace products
