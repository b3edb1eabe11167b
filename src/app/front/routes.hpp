// Where a request on the AWS port goes, read from its address alone: before anything is parsed or trusted.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace gatehouse::app {

struct Route {
  enum class Target {
    kOwn,         // /_gatehouse/...
    kGateway,     // an API's stage: `first` is the API id, `second` the stage
    kPoolDomain,  // hosted pages and OAuth endpoints: `first` is the domain
    kIssuer,      // a pool's /.well-known/...: `first` is the pool id
    kAwsApi,      // an AWS API endpoint, told apart by target, signature scope or form
    kNone,
  };
  Target target = Target::kNone;
  std::string_view first;
  std::string_view second;
  std::string_view rest;  // the path behind the address, still encoded, "/" at least; without the query
};

// Views into `request`. Host selects a route and nothing else.
Route find_route(const http::Request& request);

}  // namespace gatehouse::app
