// What a handler knows of its invocation and what it can do in the world.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "gatehouse/sdk/dynamodb.hpp"
#include "gatehouse/sdk/host.hpp"
#include "gatehouse/sdk/http.hpp"
#include "gatehouse/sdk/secrets.hpp"

namespace gatehouse::sdk {

// Belongs to one invocation and lives as long as it.
class Context {
 public:
  Context(Host& host, Invocation invocation) : host_(&host), invocation_(std::move(invocation)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const std::string& request_id() const { return invocation_.request_id; }
  const std::string& function_name() const { return invocation_.function_name; }
  const std::string& function_arn() const { return invocation_.function_arn; }
  const std::string& trace_id() const { return invocation_.trace_id; }
  std::uint32_t memory_mb() const { return invocation_.memory_mb; }

  std::chrono::system_clock::time_point now() const { return host_->now(); }
  std::chrono::system_clock::time_point deadline() const { return invocation_.deadline; }
  // Time left until the invocation is ended by force; never negative.
  std::chrono::milliseconds remaining() const;

  // A variable of the environment; empty when it is not set.
  std::string_view env(std::string_view name) const;
  // Writes to the function's log.
  void log(std::string_view text) const { host_->log(text); }
  std::string random_bytes(std::size_t count) const;

  Http http() { return Http(*host_, *this); }
  DynamoDb dynamodb() { return DynamoDb(*host_); }
  Secrets secrets() { return Secrets(*host_); }
  // Any other JSON API: the operation's input and output as the AWS reference describes them.
  Task<Result<json::object>> aws(std::string service, std::string operation, json::object input);

 private:
  Host* host_;
  Invocation invocation_;
};

}  // namespace gatehouse::sdk
