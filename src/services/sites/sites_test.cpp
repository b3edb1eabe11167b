#include "services/sites/sites.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"

namespace gatehouse::sites {
namespace {

class SitesTest : public ::testing::Test {
 protected:
  static WebsiteConfig site(const std::string& bucket) {
    WebsiteConfig config;
    config.bucket = bucket;
    config.objects["index.html"] = {"text/html", "home of " + bucket};
    config.objects["docs/index.html"] = {"text/html", "docs of " + bucket};
    return config;
  }
  http::Response get(std::vector<WebsiteConfig> configs, std::string_view host, std::string_view target) {
    auto sites = Sites::create(std::move(configs), {}, clock_, random_);
    EXPECT_TRUE(sites);
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.headers.add("Host", std::string(host));
    return gatehouse::testing::run_task((*sites)->handle(request));
  }

  ManualClock clock_;
  SequenceRandom random_;
};

TEST_F(SitesTest, FindsTheWebsiteByHostByPathAndAlone) {
  const std::vector<WebsiteConfig> one{site("shop")};
  const std::vector<WebsiteConfig> two{site("shop"), site("my.blog")};
  const struct {
    const std::vector<WebsiteConfig>& configs;
    std::string_view host, target;
    unsigned status;
    std::string_view expected;
  } scenarios[] = {
      {one, "localhost:8080", "/", 200, "home of shop"},
      {one, "anything.example", "/docs/", 200, "docs of shop"},
      {one, "localhost:8080", "/_aws/s3-website/shop/", 200, "home of shop"},
      {one, "other.s3-website.localhost:8080", "/", 404, "NoSuchBucket"},
      {one, "localhost:8080", "/_aws/s3-website/other/", 404, "NoSuchBucket"},
      {two, "shop.s3-website.localhost:8080", "/", 200, "home of shop"},
      {two, "SHOP.S3-WEBSITE.LOCALHOST", "/", 200, "home of shop"},
      {two, "my.blog.s3-website.localhost:8080", "/docs/", 200, "docs of my.blog"},
      {two, "shop.s3-website-us-east-1.amazonaws.com", "/", 200, "home of shop"},
      {two, "shop.s3-website.eu-central-1.amazonaws.com", "/", 200, "home of shop"},
      {two, "localhost", "/_aws/s3-website/my.blog/docs/", 200, "docs of my.blog"},
      {two, "localhost", "/", 404, "NoSuchBucket"},
      {two, "shop.s3-websites.localhost", "/", 404, "NoSuchBucket"},
      {two, "localhost", "/_aws/s3-website/%2e%2e/", 404, "NoSuchBucket"},
      {two, "localhost", "/_aws/s3-website/<b>/", 404, "&lt;b&gt;"},
      {{}, "localhost", "/", 404, "NoSuchBucket"},
  };
  for (const auto& scenario : scenarios) {
    const http::Response response = get(scenario.configs, scenario.host, scenario.target);
    EXPECT_EQ(response.status, scenario.status) << scenario.host << scenario.target;
    EXPECT_NE(response.content().find(scenario.expected), std::string::npos) << scenario.host << scenario.target;
    EXPECT_EQ(response.headers.get("x-amz-request-id").size(), 16u);
  }
}

TEST_F(SitesTest, RedirectsBelowThePathThatAWebsiteHas) {
  const std::vector<WebsiteConfig> sites{site("shop")};
  EXPECT_EQ(get(sites, "localhost", "/_aws/s3-website/shop/docs").headers.get("Location"),
            "/_aws/s3-website/shop/docs/");
  EXPECT_EQ(get(sites, "localhost", "/_aws/s3-website/shop").headers.get("Location"), "/_aws/s3-website/shop/");
  EXPECT_EQ(get(sites, "localhost", "/docs").headers.get("Location"), "/docs/");
  EXPECT_EQ(get(sites, "localhost", "//docs").status, 404u);  // never a Location that names another host
}

TEST_F(SitesTest, RefusesTwoWebsitesOfOneName) {
  const auto sites = Sites::create({site("shop"), site("shop")}, {}, clock_, random_);
  ASSERT_FALSE(sites);
  EXPECT_NE(sites.error().message.find("shop"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::sites
