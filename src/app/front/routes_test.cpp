#include "app/front/routes.hpp"

#include <gtest/gtest.h>

namespace gatehouse::app {
namespace {

struct Case {
  const char* host;
  const char* target;
  Route::Target expected;
  const char* first;
  const char* second;
  const char* rest;
};

TEST(Routes, AreToldByPathOrHost) {
  using enum Route::Target;
  const Case cases[] = {
      {"localhost:4566", "/_aws/execute-api/abc/Prod/products?x=1", kGateway, "abc", "Prod", "/products"},
      {"localhost:4566", "/_aws/execute-api/abc/Prod", kGateway, "abc", "Prod", "/"},
      {"localhost:4566", "/_aws/execute-api/abc", kGateway, "abc", "", "/"},
      {"abc.execute-api.localhost:4566", "/Prod/a/b", kGateway, "abc", "Prod", "/a/b"},
      {"abc.execute-api.localhost", "/", kGateway, "abc", "", "/"},
      {"localhost:4566", "/_aws/auth/shop/oauth2/token", kPoolDomain, "shop", "", "/oauth2/token"},
      {"shop.auth.localhost:4566", "/login?a=b", kPoolDomain, "shop", "", "/login"},
      {"localhost:4566", "/us-east-1_AbCdEfGhI/.well-known/jwks.json", kIssuer, "us-east-1_AbCdEfGhI", "",
       "/.well-known/jwks.json"},
      {"localhost:4566", "/_gatehouse/health", kOwn, "", "", "/health"},
      {"localhost:4566", "/", kAwsApi, "", "", "/"},
      {"localhost:4566", "/nothing", kNone, "", "", "/nothing"},
      {"[::1]", "/", kAwsApi, "", "", "/"},
  };
  for (const Case& c : cases) {
    http::Request request;
    request.target = c.target;
    request.headers.add("Host", c.host);
    const Route route = find_route(request);
    EXPECT_EQ(route.target, c.expected) << c.host << c.target;
    EXPECT_EQ(route.first, c.first) << c.target;
    EXPECT_EQ(route.second, c.second) << c.target;
    EXPECT_EQ(route.rest, c.rest) << c.target;
  }
}

}  // namespace
}  // namespace gatehouse::app
