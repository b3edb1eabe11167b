// The gateway's FunctionInvoker port, answered by the functions service.
#pragma once

#include "services/functions/functions.hpp"
#include "services/gateway/ports.hpp"

namespace gatehouse::app {

// Thread-safe. The functions must outlive it.
class FunctionAdapter final : public gateway::FunctionInvoker {
 public:
  explicit FunctionAdapter(functions::Functions& functions) : functions_(functions) {}
  Task<Result<gateway::ProxyResult>> invoke(const gateway::ProxyEvent& event) override;

 private:
  functions::Functions& functions_;
};

// The event as a function in this process takes it: the members that to_json() has, without the JSON between.
sdk::ApiRequest to_api_request(const gateway::ProxyEvent& event);

// How a function failed, in the gateway's codes (services/gateway/ports.hpp).
Error to_gateway_error(Error error);
Error function_failure(std::string_view payload);

}  // namespace gatehouse::app
