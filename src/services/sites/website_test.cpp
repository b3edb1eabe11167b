#include "services/sites/website.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/journey.hpp"
#include "platform/http/compression.hpp"
#include "services/sites/sites.hpp"
#include "services/sites/testing/site_folder.hpp"

namespace gatehouse::sites {
namespace {

constexpr std::string_view kStyle = "body { color: black; }\n";

class WebsiteTest : public ::testing::Test {
 protected:
  WebsiteTest() {
    folder_.write("index.html", "<h1>home</h1>");
    folder_.write("docs/index.html", "<h1>docs</h1>");
    folder_.write("style.css", kStyle);
    folder_.write("app.js", std::string(4000, 'a'));
    folder_.write("a b+c.txt", "blank and plus");
    folder_.write("caf\xC3\xA9.txt", "accent");
    folder_.write("empty.txt", "");
    folder_.write(".env", "SECRET=1");
    folder_.write(".git/config", "SECRET=1");
    folder_.write(".well-known/security.txt", "Contact: mailto:a@example.com");
    folder_.write_to(folder_.outside() / "secret.txt", "SECRET=1");
    std::filesystem::create_symlink("../outside/secret.txt", folder_.site() / "link.txt");
    std::filesystem::create_symlink(folder_.outside(), folder_.site() / "linked");
    std::filesystem::create_symlink("style.css", folder_.site() / "inner.css");
    ::mkfifo((folder_.site() / "pipe").c_str(), 0600);
    config_.bucket = "shop";
    config_.folder = folder_.site();
    config_.headers = {{"X-Frame-Options", "DENY"}};
    config_.objects["config.json"] = {"application/json", R"({"api":"here"})"};
    limits_.revalidate_after = std::chrono::milliseconds{0};
  }

  http::Response get(std::string_view target, http::Headers headers = {}, std::string_view method = "GET") {
    if (!website_) website_.emplace(config_, limits_, clock_, random_);
    http::Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    return website_->respond(request, request.path(), "");
  }

  testing::SiteFolder folder_;
  WebsiteConfig config_;
  SiteLimits limits_;
  ManualClock clock_;
  SequenceRandom random_;
  std::optional<Website> website_;
};

std::string content_of(const http::Response& response) {
  if (!response.source) return std::string(response.content());
  std::string content(response.source->size(), '\0');
  EXPECT_EQ(response.source->read(0, content), content.size());
  return content;
}

TEST_F(WebsiteTest, AnswersAsAWebsiteEndpointOfS3) {
  struct Scenario {
    std::string_view method, target;
    unsigned status;
    std::string_view expected, header, value;
  };
  const Scenario scenarios[] = {
      {"GET", "/", 200, "<h1>home</h1>", "Content-Type", "text/html; charset=utf-8"},
      {"GET", "/?a=b", 200, "<h1>home</h1>", "Accept-Ranges", "bytes"},
      {"GET", "/index.html", 200, "<h1>home</h1>", "X-Frame-Options", "DENY"},
      {"GET", "/docs/", 200, "<h1>docs</h1>", "Content-Type", "text/html; charset=utf-8"},
      {"GET", "/docs", 302, "Resource Found", "Location", "/docs/"},
      {"HEAD", "/docs", 302, "", "Location", "/docs/"},
      {"GET", "/style.css", 200, kStyle, "Content-Type", "text/css; charset=utf-8"},
      {"GET", "/style%2Ecss", 200, kStyle, "Content-Type", "text/css; charset=utf-8"},
      {"GET", "/inner.css", 200, kStyle, "Content-Type", "text/css; charset=utf-8"},
      {"GET", "/a%20b+c.txt", 200, "blank and plus", "Content-Type", "text/plain; charset=utf-8"},
      {"GET", "/caf%C3%A9.txt", 200, "accent", "Content-Type", "text/plain; charset=utf-8"},
      {"GET", "/empty.txt", 200, "", "ETag", "\"d41d8cd98f00b204e9800998ecf8427e\""},
      {"GET", "/config.json", 200, R"({"api":"here"})", "Content-Type", "application/json"},
      {"GET", "/.well-known/security.txt", 200, "Contact", "Cache-Control", "no-cache"},
      {"GET", "/missing", 404, "<li>Code: NoSuchKey</li>", "x-amz-error-code", "NoSuchKey"},
      {"GET", "/missing/", 404, "<li>Key: missing/index.html</li>", "X-Frame-Options", "DENY"},
      {"GET", "/style.css/", 404, "NoSuchKey", "Content-Type", "text/html; charset=utf-8"},
      {"GET", "/%3Cscript%3E", 404, "&lt;script&gt;", "Content-Type", "text/html; charset=utf-8"},
      {"POST", "/", 405, "<li>Method: POST</li>", "Allow", "GET, HEAD"},
      {"PUT", "/new.txt", 405, "MethodNotAllowed", "x-amz-error-code", "MethodNotAllowed"},
      {"DELETE", "/style.css", 405, "MethodNotAllowed", "x-amz-error-code", "MethodNotAllowed"},
      {"OPTIONS", "/", 405, "MethodNotAllowed", "Allow", "GET, HEAD"},
      {"get", "/", 405, "MethodNotAllowed", "Allow", "GET, HEAD"},
  };
  for (const Scenario& scenario : scenarios) {
    const http::Response response = get(scenario.target, {}, scenario.method);
    EXPECT_EQ(response.status, scenario.status) << scenario.target;
    EXPECT_NE(content_of(response).find(scenario.expected), std::string::npos) << scenario.target;
    EXPECT_EQ(response.headers.get(scenario.header), scenario.value) << scenario.target;
    EXPECT_EQ(response.headers.get("x-amz-request-id").size(), 16u) << scenario.target;
  }
}

TEST_F(WebsiteTest, ServesNothingFromOutsideOfTheFolderAndNoHiddenFile) {
  const std::string_view attacks[] = {
      "/../outside/secret.txt",
      "/%2e%2e/outside/secret.txt",
      "/..%2foutside%2fsecret.txt",
      "/docs/../../outside/secret.txt",
      "/docs/%2e%2e/%2e%2e/outside/secret.txt",
      "/./style.css",
      "/%2e/style.css",
      "//etc/passwd",
      "/%2fetc/passwd",
      "//outside/secret.txt",
      "/link.txt",
      "/linked/secret.txt",
      "/linked",
      "/.env",
      "/%2eenv",
      "/.git/config",
      "/docs/../.env",
      "/.git",
      "/.well-known/../.env",
      "/.well-known/.env",
      "/.well-known",
      "/style.css%00.html",
      "/%00",
      "/%",
      "/%zz",
      "/%c0%ae%c0%ae/outside/secret.txt",
      "/%ff",
      "/..\\outside\\secret.txt",
      "/pipe",
      "/docs//index.html",
      "/%252e%252e/outside/secret.txt",
      "/index.html/",
      "/index.html/..",
      "/proc/self/environ",
  };
  for (const std::string_view attack : attacks) {
    const http::Response response = get(attack);
    EXPECT_TRUE(response.status == 404 || response.status == 400) << attack << " " << response.status;
    EXPECT_EQ(content_of(response).find("SECRET"), std::string::npos) << attack;
    EXPECT_EQ(content_of(response).find("root:"), std::string::npos) << attack;
    EXPECT_FALSE(response.headers.contains("Location")) << attack;
  }
  EXPECT_EQ(get("/" + std::string(1025, 'a')).headers.get("x-amz-error-code"), "KeyTooLongError");
  EXPECT_EQ(get("/%00").headers.get("x-amz-error-code"), "InvalidURI");
  EXPECT_EQ(get("/" + std::string(300, 'a')).status, 404u);  // longer than a file name may be
}

TEST_F(WebsiteTest, ServesTheErrorDocumentWithTheOriginalStatus) {
  folder_.write("oops.html", "<h1>oops</h1>");
  config_.error_document = "oops.html";

  const http::Response missing = get("/nothing.css");
  const http::Response wrong_method = get("/", {}, "POST");

  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(content_of(missing), "<h1>oops</h1>");
  EXPECT_EQ(missing.headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(missing.headers.get("X-Frame-Options"), "DENY");
  EXPECT_FALSE(missing.headers.contains("ETag"));
  EXPECT_EQ(content_of(wrong_method).find("oops"), std::string::npos);
}

TEST_F(WebsiteTest, SaysThatTheErrorDocumentItselfIsMissing) {
  config_.error_document = "gone.html";
  const std::string content = content_of(get("/nothing"));
  EXPECT_NE(content.find("An Error Occurred While Attempting to Retrieve a Custom Error Document"), std::string::npos);
  EXPECT_NE(content.find("<li>Key: gone.html</li>"), std::string::npos);
}

TEST_F(WebsiteTest, HidesWhichKeysExistWhenNobodyMayListThem) {
  config_.hides_missing_keys = true;
  const http::Response response = get("/missing");
  EXPECT_EQ(response.status, 403u);
  EXPECT_NE(content_of(response).find("<li>Code: AccessDenied</li>"), std::string::npos);
  EXPECT_EQ(content_of(response).find("missing"), std::string::npos);
}

TEST_F(WebsiteTest, ShowsAnEditedFileAtOnce) {
  const std::string before = content_of(get("/style.css"));
  const std::string tag(get("/style.css").headers.get("ETag"));
  folder_.write("style.css", "changed");
  const http::Response after = get("/style.css", {{"If-None-Match", tag}});
  EXPECT_EQ(before, kStyle);
  EXPECT_EQ(after.status, 200u);
  EXPECT_EQ(content_of(after), "changed");
  std::filesystem::remove(folder_.site() / "style.css");
  EXPECT_EQ(get("/style.css").status, 404u);
}

TEST_F(WebsiteTest, SharesOneCopyOfACachedFile) {
  limits_.revalidate_after = std::chrono::hours{1};
  const http::Response first = get("/style.css");
  folder_.write("style.css", "changed, and not looked at for an hour");
  EXPECT_EQ(get("/style.css").shared_body, first.shared_body);
}

TEST_F(WebsiteTest, KeepsTheCacheWithinItsBound) {
  limits_.max_cached_bytes = 20'000;
  limits_.revalidate_after = std::chrono::hours{1};
  for (int i = 0; i < 8; ++i) folder_.write(fmt::format("{}.bin", i), std::string(3000, 'x'));
  const std::weak_ptr<const std::string> oldest = get("/0.bin").shared_body;
  for (int i = 1; i < 8; ++i) EXPECT_EQ(get(fmt::format("/{}.bin", i)).shared_body->size(), 3000u);
  EXPECT_TRUE(oldest.expired());
  EXPECT_EQ(get("/7.bin").shared_body, get("/7.bin").shared_body);
}

TEST_F(WebsiteTest, ReadsALargeFileBlockByBlock) {
  limits_.max_cached_file_bytes = 100;
  std::string large;
  for (int i = 0; i < 100; ++i) large += fmt::format("{:03},", i);
  folder_.write("large.bin", large);

  const http::Response whole = get("/large.bin");
  const http::Response part = get("/large.bin", {{"Range", "bytes=4-10"}});

  ASSERT_TRUE(whole.source);
  EXPECT_EQ(content_of(whole), large);
  EXPECT_EQ(part.status, 206u);
  ASSERT_TRUE(part.source);
  EXPECT_EQ(content_of(part), "001,002");
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 4-10/400");
  EXPECT_EQ(get("/large.bin", {{"If-None-Match", std::string(whole.headers.get("ETag"))}}).status, 304u);
}

TEST_F(WebsiteTest, CompressesForThoseWhoTakeIt) {
  const http::Response packed = get("/app.js", {{"Accept-Encoding", "br, gzip;q=0.8"}});
  const http::Response plain = get("/app.js", {{"Accept-Encoding", "gzip;q=0"}});

  EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(packed.headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(content_of(packed), http::gzip(std::string(4000, 'a')));
  EXPECT_FALSE(plain.headers.contains("Content-Encoding"));
  EXPECT_EQ(plain.headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(content_of(plain), std::string(4000, 'a'));
  EXPECT_NE(packed.headers.get("ETag"), plain.headers.get("ETag"));
  EXPECT_FALSE(get("/style.css", {{"Accept-Encoding", "gzip"}}).headers.contains("Content-Encoding"));  // too small
  const http::Response part = get("/app.js", {{"Accept-Encoding", "gzip"}, {"Range", "bytes=0-0"}});
  EXPECT_EQ(part.status, 206u);
  EXPECT_EQ(content_of(part), "a");
}

TEST_F(WebsiteTest, AnswersConditionalRequests) {
  const http::Response whole = get("/app.js");
  const std::string tag(whole.headers.get("ETag"));
  const std::string date(whole.headers.get("Last-Modified"));
  const std::string gzip_tag(get("/app.js", {{"Accept-Encoding", "gzip"}}).headers.get("ETag"));
  const struct {
    http::Headers headers;
    unsigned status;
  } scenarios[] = {
      {{{"If-None-Match", tag}}, 304},
      {{{"If-None-Match", "W/" + tag}}, 304},
      {{{"If-None-Match", "\"other\", " + tag}}, 304},
      {{{"If-None-Match", "*"}}, 304},
      {{{"If-None-Match", "\"other\""}}, 200},
      {{{"If-None-Match", gzip_tag}}, 200},
      {{{"If-None-Match", gzip_tag}, {"Accept-Encoding", "gzip"}}, 304},
      {{{"If-Modified-Since", date}}, 304},
      {{{"If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}}, 200},
      {{{"If-Modified-Since", "yesterday"}}, 200},
      {{{"If-Modified-Since", date}, {"If-None-Match", "\"other\""}}, 200},
      {{{"If-Match", tag}}, 200},
      {{{"If-Match", "\"other\""}}, 412},
      {{{"If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}}, 412},
      {{{"If-Unmodified-Since", date}}, 200},
  };
  for (const auto& scenario : scenarios) {
    const http::Response response = get("/app.js", scenario.headers);
    const http::Header& first = *scenario.headers.begin();
    EXPECT_EQ(response.status, scenario.status) << first.name << ": " << first.value;
    if (scenario.status != 304) continue;
    EXPECT_EQ(content_of(response), "");
    EXPECT_TRUE(response.headers.contains("ETag"));
    EXPECT_FALSE(response.headers.contains("Content-Type"));
  }
  EXPECT_EQ(get("/app.js", {{"If-None-Match", tag}}, "HEAD").status, 304u);
}

TEST_F(WebsiteTest, SendsTheRangeThatIsAskedFor) {
  folder_.write("ten.txt", "0123456789");
  const std::string tag(get("/ten.txt").headers.get("ETag"));
  const struct {
    http::Headers headers;
    unsigned status;
    std::string_view content, range;
  } scenarios[] = {
      {{{"Range", "bytes=0-3"}}, 206, "0123", "bytes 0-3/10"},
      {{{"Range", "bytes=7-"}}, 206, "789", "bytes 7-9/10"},
      {{{"Range", "bytes=-2"}}, 206, "89", "bytes 8-9/10"},
      {{{"Range", "bytes=5-999"}}, 206, "56789", "bytes 5-9/10"},
      {{{"Range", "bytes=-999"}}, 206, "0123456789", "bytes 0-9/10"},
      {{{"Range", "Bytes=0-0"}}, 206, "0", "bytes 0-0/10"},
      {{{"Range", "bytes=10-"}}, 416, "InvalidRange", "bytes */10"},
      {{{"Range", "bytes=-0"}}, 416, "InvalidRange", "bytes */10"},
      {{{"Range", "bytes=18446744073709551615-18446744073709551615"}}, 416, "InvalidRange", "bytes */10"},
      {{{"Range", "bytes=0-1,3-4"}}, 200, "0123456789", ""},
      {{{"Range", "bytes=3-1"}}, 200, "0123456789", ""},
      {{{"Range", "bytes=a-b"}}, 200, "0123456789", ""},
      {{{"Range", "bytes=1-99999999999999999999999"}}, 200, "0123456789", ""},
      {{{"Range", "lines=0-3"}}, 200, "0123456789", ""},
      {{{"Range", "bytes=0-3"}, {"If-Range", tag}}, 206, "0123", "bytes 0-3/10"},
      {{{"Range", "bytes=0-3"}, {"If-Range", "\"other\""}}, 200, "0123456789", ""},
      {{{"Range", "bytes=0-3"}, {"If-Range", "W/" + tag}}, 200, "0123456789", ""},
  };
  for (const auto& scenario : scenarios) {
    const http::Response response = get("/ten.txt", scenario.headers);
    const std::string& asked = scenario.headers.begin()->value;
    EXPECT_EQ(response.status, scenario.status) << asked;
    EXPECT_NE(content_of(response).find(scenario.content), std::string::npos) << asked;
    EXPECT_EQ(response.headers.get("Content-Range"), scenario.range) << asked;
  }
  EXPECT_EQ(get("/ten.txt", {{"Range", "bytes=0-3"}}, "HEAD").status, 200u);
}

TEST_F(WebsiteTest, ExplainsAMissingFileInTheJourney) {
  Journey journey("id", clock_.now());
  http::Request request;
  request.method = "GET";
  request.target = "/gone.js";
  request.journey = &journey;
  request.request_id = "REQUEST1";
  website_.emplace(config_, limits_, clock_, random_);

  const http::Response response = website_->respond(request, request.path(), "");

  ASSERT_EQ(journey.spans().size(), 1u);
  EXPECT_NE(journey.spans()[0].cause.find("gone.js"), std::string::npos);
  EXPECT_NE(journey.spans()[0].cure.find("shop"), std::string::npos);
  EXPECT_EQ(response.headers.get("x-amz-request-id"), "REQUEST1");
  EXPECT_NE(response.body.find("<li>RequestId: REQUEST1</li>"), std::string::npos);
}

TEST_F(WebsiteTest, RefusesASettingThatCannotWork) {
  const auto problem = [&](auto change) {
    WebsiteConfig config = config_;
    change(config);
    const Result<void> checked = Website::check(config);
    return checked ? std::string() : checked.error().message;
  };
  EXPECT_EQ(problem([](auto&) {}), "");
  EXPECT_NE(problem([](auto& c) { c.bucket = ""; }), "");
  EXPECT_NE(problem([](auto& c) { c.folder = "relative"; }).find("absolute"), std::string::npos);
  EXPECT_NE(problem([](auto& c) { c.folder = "/does/not/exist"; }).find("/does/not/exist"), std::string::npos);
  EXPECT_NE(problem([](auto& c) { c.index_suffix = "a/b"; }).find("slash"), std::string::npos);
  EXPECT_NE(problem([](auto& c) { c.error_document = "../x"; }), "");
  EXPECT_NE(problem([](auto& c) { c.headers = {{"X-A", "b\r\nc"}}; }).find("X-A"), std::string::npos);
  EXPECT_NE(problem([](auto& c) { c.headers = {{"content-length", "1"}}; }).find("own"), std::string::npos);
}

TEST(AcceptEncoding, IsReadWithItsWeights) {
  for (const char* yes : {"gzip", "GZIP", "x-gzip", "br, gzip", "gzip;q=0.001", "*", "deflate, *;q=0.5",
                          "identity;q=0.5, gzip;q=1.0", "gzip , br"})
    EXPECT_TRUE(http::accepts_gzip(yes)) << yes;
  for (const char* no : {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5",
                         "gzip;q=nonsense", "gzip;level=1", "gzipped", "gzip;q=2"})
    EXPECT_FALSE(http::accepts_gzip(no)) << no;
}

}  // namespace
}  // namespace gatehouse::sites
