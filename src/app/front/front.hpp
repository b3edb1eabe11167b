// The front of the AWS port: gives every request its id and its journey, sends it where its address says, and writes
// the access log. In-process calls (local_fetcher.hpp) come through dispatch() too, so they meet the same routing,
// authorization and limits.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/front/metrics.hpp"
#include "app/front/routes.hpp"
#include "base/clock.hpp"
#include "base/journey.hpp"
#include "base/random.hpp"
#include "platform/http/handler.hpp"
#include "protocol/aws/credentials.hpp"

namespace gatehouse::gateway {
class Gateway;
}
namespace gatehouse::identity {
class Identity;
}
namespace gatehouse::aws {
class JsonService;
class QueryService;
}  // namespace gatehouse::aws

namespace gatehouse::app {

// One finished request, for the access log. Views are valid during the call only.
struct AccessRecord {
  const http::Request& request;
  const http::Response& response;
  std::string_view service;
  Timestamp started;
  std::int64_t duration_us = 0;
};

class AccessLog {
 public:
  virtual ~AccessLog() = default;
  virtual void write(const AccessRecord& record) = 0;  // from any loop; must not block
};

// The services behind the addresses. All outlive the front.
struct FrontServices {
  gateway::Gateway* gateway = nullptr;
  identity::Identity* identity = nullptr;
  std::vector<aws::JsonService*> json_services;
  std::vector<aws::QueryService*> query_services;
  const aws::CredentialBook* credentials = nullptr;
  const Clock* clock = nullptr;
  Random* random = nullptr;
  JourneyLog* journeys = nullptr;
  AccessLog* access_log = nullptr;  // may be null
  std::string region;
};

class Front final : public http::Handler {
 public:
  explicit Front(FrontServices services);

  // From the wire.
  Task<http::Response> handle(http::Request& request) override;
  // From inside: the caller's journey goes on, no access log line of its own.
  Task<http::Response> dispatch(http::Request& request);

  // Until then /_gatehouse/ready answers 503 and everything else asks to come back.
  void set_ready() { ready_.store(true, std::memory_order_release); }
  bool is_ready() const { return ready_.load(std::memory_order_acquire); }

 private:
  Task<http::Response> own(std::string_view path, const http::Request& request);
  Task<http::Response> aws_api(http::Request& request);
  // The service that X-Amz-Target names, or null.
  aws::JsonService* targeted_service(const http::Request& request) const;
  std::string make_request_id(const Route& route, const http::Request& request) const;
  http::Response requests(std::string_view path, const http::Request& request) const;

  FrontServices services_;
  std::atomic<bool> ready_{false};
  Metrics metrics_;
};

}  // namespace gatehouse::app
