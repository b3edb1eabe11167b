#include "app/stack/aws_adapter.hpp"

namespace gatehouse::app {

Task<Result<json::object>> AwsAdapter::call(std::string_view service, std::string_view operation,
                                            const json::object& input, const aws::Caller& caller, Journey* journey,
                                            std::string_view request_id) {
  for (aws::JsonService* candidate : services_) {
    if (candidate->config().signing_name != service) continue;
    co_return co_await candidate->call(operation, input, caller, journey, request_id);
  }
  co_return fail(Error::Kind::kInvalid, "UnknownService",
                 fmt::format("Gatehouse has no AWS service \"{}\" for functions to call", service));
}

}  // namespace gatehouse::app
