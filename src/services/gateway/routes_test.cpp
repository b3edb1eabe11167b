#include "services/gateway/routes.hpp"

#include <gtest/gtest.h>

namespace gatehouse::gateway {
namespace {

struct Route {
  const char* method;
  const char* path;
};
constexpr std::array<Route, 9> kRoutes = {{
    {"GET", "/"},
    {"GET", "/products"},
    {"POST", "/products"},
    {"GET", "/products/{productId}"},
    {"GET", "/products/new"},
    {"ANY", "/files/{proxy+}"},
    {"GET", "/files/{name}"},
    {"GET", "/a/{x}/c"},
    {"ANY", "/a/b"},
}};

struct Case {
  const char* method;
  const char* path;
  int route;  // index, or -1
  std::vector<std::string> values = {};
};

TEST(RouteTree, AnswersByTheMostSpecificRoute) {
  RouteTree tree;
  for (std::uint32_t i = 0; i < kRoutes.size(); ++i) ASSERT_TRUE(tree.add(kRoutes[i].path, kRoutes[i].method, i));
  const std::vector<Case> cases = {
      {"GET", "/", 0},
      {"POST", "/", -1},
      {"GET", "/products", 1},
      {"GET", "/products/", 1},
      {"POST", "/products", 2},
      {"DELETE", "/products", -1},
      {"GET", "/products/42", 3, {"42"}},
      {"GET", "/products/new", 4},
      {"GET", "/products/%6Eew", 4},
      {"GET", "/products/a%2Fb", 3, {"a%2Fb"}},
      {"GET", "/products//", -1},
      {"GET", "//products", -1},
      {"GET", "/products/42/x", -1},
      {"GET", "/Products", -1},
      {"GET", "/files/one", 6, {"one"}},
      {"PUT", "/files/one", 5, {"one"}},
      {"PUT", "/files/one/two//three", 5, {"one/two//three"}},
      {"GET", "/files", -1},
      {"GET", "/files/", -1},
      {"GET", "/a/b", 8},
      {"GET", "/a/b/c", 7, {"b"}},
      {"FETCH", "/a/b", -1},
      {"ANY", "/a/b", -1},
      {"get", "/products", -1},
      {"GET", "products", -1},
      {"GET", "", -1},
  };
  for (const Case& c : cases) {
    RouteMatch match;
    const bool is_found = tree.match(c.path, c.method, match);
    SCOPED_TRACE(std::string(c.method) + " " + c.path);
    ASSERT_EQ(is_found, c.route >= 0);
    if (!is_found) continue;
    EXPECT_EQ(match.method_index, static_cast<std::uint32_t>(c.route));
    ASSERT_EQ(match.parameter_count, c.values.size());
    for (std::size_t i = 0; i < c.values.size(); ++i) EXPECT_EQ(match.values[i], c.values[i]);
  }
}

TEST(RouteTree, RefusesTemplatesThatApiGatewayRefuses) {
  for (const auto& [path, method] : std::vector<std::pair<const char*, const char*>>{{"products", "GET"},
                                                                                     {"/a//b", "GET"},
                                                                                     {"/{p+}/x", "GET"},
                                                                                     {"/{}", "GET"},
                                                                                     {"/{a", "GET"},
                                                                                     {"/{a}/{a}", "GET"},
                                                                                     {"/a b", "GET"},
                                                                                     {"/a", "FETCH"},
                                                                                     {"/a", "get"}}) {
    RouteTree tree;
    EXPECT_FALSE(tree.add(path, method, 0)) << method << " " << path;
  }
  RouteTree tree;
  ASSERT_TRUE(tree.add("/a/{id}", "GET", 0));
  EXPECT_FALSE(tree.add("/a/{id}", "GET", 1));
  EXPECT_FALSE(tree.add("/a/{other}/x", "GET", 2));
  EXPECT_EQ(*tree.add("/a/{id}/b/{proxy+}", "GET", 3), (std::vector<std::string>{"id", "proxy"}));
}

}  // namespace
}  // namespace gatehouse::gateway
