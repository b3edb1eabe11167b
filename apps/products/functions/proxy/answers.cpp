#include "proxy/answers.hpp"

namespace products {

sdk::ApiResponse message(int status, std::string_view text) {
  return sdk::ApiResponse::json(status, sdk::json::object{{"message", text}});
}

sdk::ApiResponse oauth_error(int status, std::string_view error, std::string_view description) {
  return sdk::ApiResponse::json(status, sdk::json::object{{"error", error}, {"error_description", description}});
}

sdk::ApiResponse finish(sdk::ApiResponse response, const Settings& settings) {
  response.headers.set("Access-Control-Allow-Origin", settings.site_url);
  response.headers.set("Access-Control-Expose-Headers", "Location,Retry-After,x-amzn-RequestId");
  response.headers.set("Vary", "Origin");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace products
