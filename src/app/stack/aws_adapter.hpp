// What functions need of AWS: the JSON APIs of this process by plain calls, and their role's credentials.
#pragma once

#include <memory>
#include <vector>

#include "protocol/aws/json_service.hpp"
#include "services/functions/ports.hpp"

namespace gatehouse::app {

// Thread-safe. The services must outlive it.
class AwsAdapter final : public functions::AwsCalls {
 public:
  explicit AwsAdapter(std::vector<aws::JsonService*> services) : services_(std::move(services)) {}
  Task<Result<json::object>> call(std::string_view service, std::string_view operation, const json::object& input,
                                  const aws::Caller& caller, Journey* journey, std::string_view request_id) override;

 private:
  const std::vector<aws::JsonService*> services_;
};

// One credential for the life of this object; the book forgets it afterwards.
class HeldCredential final : public functions::RoleCredentials {
 public:
  HeldCredential(aws::CredentialBook& book, std::string_view access_key_id)
      : book_(book), credential_(book.find(access_key_id)) {}
  ~HeldCredential() override {
    if (credential_ != nullptr) book_.remove(credential_->access_key_id);
  }
  HeldCredential(const HeldCredential&) = delete;
  HeldCredential& operator=(const HeldCredential&) = delete;

  std::shared_ptr<const aws::Credential> current() override { return credential_; }

 private:
  aws::CredentialBook& book_;
  const std::shared_ptr<const aws::Credential> credential_;
};

}  // namespace gatehouse::app
