// CloudFormation's API over the one stack that this process runs: it describes, and changes nothing. A stack is changed
// by starting `gatehouse run` with a changed template.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/stack/state.hpp"
#include "protocol/aws/query_service.hpp"

namespace gatehouse::app {

// Thread-safe. Must outlive the operations that it gives.
class CloudFormation {
 public:
  // From now on the account has this stack; none before the first call.
  void publish(std::shared_ptr<const StackDescription> stack);

  std::vector<aws::QueryOperation> operations();
  static aws::QueryServiceConfig config(std::string region);

 private:
  std::shared_ptr<const StackDescription> current() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const StackDescription> stack_;
};

}  // namespace gatehouse::app
