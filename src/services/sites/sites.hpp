// The site port: finds the website that a request means, by host, by path, or because there is only one.
//
//   {bucket}.s3-website.localhost:8080/...            (and S3's own {bucket}.s3-website-{region}... and
//   .s3-website.{region}...) localhost:8080/_aws/s3-website/{bucket}/... localhost:8080/... when there is exactly one
//   website
//
// Safe from any loop.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "services/sites/website.hpp"

namespace gatehouse::sites {

class Sites final : public http::Handler {
 public:
  // Refuses an unusable configuration and two websites of one name. Clock and randomness outlive the sites.
  static Result<std::unique_ptr<Sites>> create(std::vector<WebsiteConfig> configs, SiteLimits limits,
                                               const Clock& clock, Random& random);
  ~Sites() override;

  Task<http::Response> handle(http::Request& request) override;
  bool empty() const { return websites_.empty(); }

 private:
  Sites(std::vector<std::unique_ptr<Website>> websites, Random& random);
  const Website* find(std::string_view bucket) const;

  std::vector<std::unique_ptr<Website>> websites_;
  Random& random_;
};

}  // namespace gatehouse::sites
