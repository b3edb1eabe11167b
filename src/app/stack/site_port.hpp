// What the site port answers with: the websites of the stack, which are known only once it is deployed.
#pragma once

#include <memory>
#include <shared_mutex>

#include "platform/http/handler.hpp"

namespace gatehouse::app {

// Thread-safe. Requests that run keep the websites that they began with.
class SitePort final : public http::Handler {
 public:
  Task<http::Response> handle(http::Request& request) override;

  // Null: there is no website.
  void serve(std::shared_ptr<http::Handler> sites);
  bool has_sites() const { return current() != nullptr; }

 private:
  std::shared_ptr<http::Handler> current() const;

  mutable std::shared_mutex mutex_;
  std::shared_ptr<http::Handler> sites_;
};

}  // namespace gatehouse::app
