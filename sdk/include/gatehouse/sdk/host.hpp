// What a function and its host say to each other: the boundary that a shared object is loaded across.
//
// Every type here is part of the binary interface: a change of layout or of a virtual function raises kAbiVersion. A
// function calls its Host on the thread that runs it; the host completes an operation on that same thread, at once or
// later, exactly once.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gatehouse/sdk/api.hpp"
#include "gatehouse/sdk/result.hpp"
#include "gatehouse/sdk/task.hpp"

namespace gatehouse::sdk {

class Context;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute
  Headers headers;
  std::string body;
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

struct AwsRequest {
  std::string service;    // the signing name: "dynamodb", "secretsmanager"
  std::string operation;  // "GetItem"
  std::string input;      // JSON text
};

// Where the result of an operation goes. Lives until complete() was called.
template <typename T>
class Completion {
 public:
  virtual void complete(T value) = 0;

 protected:
  ~Completion() = default;
};

class Host {
 public:
  // Sends a request; without an answer within `timeout` the error is "Timeout".
  virtual void fetch(HttpRequest request, std::chrono::milliseconds timeout,
                     Completion<Result<HttpResponse>>& done) = 0;
  // Calls a JSON API of AWS with the credentials of the function's role. The result is the output's JSON text.
  virtual void call_aws(AwsRequest request, Completion<Result<std::string>>& done) = 0;
  // One or more lines for the function's log.
  virtual void log(std::string_view text) = 0;
  virtual std::chrono::system_clock::time_point now() = 0;
  virtual void fill_random(std::span<std::uint8_t> out) = 0;
  // A variable of the function's environment, or null. The string lives as long as the function.
  virtual const std::string* environment(std::string_view name) = 0;

 protected:
  ~Host() = default;
};

// One invocation, as the host knows it.
struct Invocation {
  std::string request_id;
  std::string function_name;
  std::string function_version;
  std::string function_arn;
  std::string trace_id;  // X-Amzn-Trace-Id
  std::uint32_t memory_mb = 0;
  std::chrono::system_clock::time_point deadline;
};

// A function: made once per process, called for each event, by several events at a time when the host is in-process.
class Function {
 public:
  virtual ~Function() = default;
  // True when the handler takes ApiRequest: then invoke_api() is the direct way.
  virtual bool takes_api_requests() const = 0;
  // `context` must outlive the task. The answer is JSON text; a payload that the handler cannot take throws.
  virtual Task<std::string> invoke(std::string payload, Context& context) = 0;
  // Requires: takes_api_requests().
  virtual Task<ApiResponse> invoke_api(ApiRequest request, Context& context) = 0;
};

inline constexpr std::uint32_t kAbiMagic = 0x47485346;  // "GHSF"
inline constexpr std::uint32_t kAbiVersion = 1;

// What a shared object says about itself. Plain data, readable whatever built it; the sizes catch a different standard
// library, compiler setting or sdk.
struct AbiTag {
  std::uint32_t magic = kAbiMagic;
  std::uint32_t version = kAbiVersion;
  std::uint32_t string_size = sizeof(std::string);
  std::uint32_t request_size = sizeof(ApiRequest);
  std::uint32_t response_size = sizeof(ApiResponse);
  std::uint32_t invocation_size = sizeof(Invocation);
  std::uint32_t task_promise_size = sizeof(Task<ApiResponse>::promise_type);
  std::uint32_t has_sanitizer = has_address_sanitizer();

  static constexpr std::uint32_t has_address_sanitizer() {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
    return 1;
#elif __has_feature(thread_sanitizer)
    return 2;
#endif
#endif
    return 0;
  }
  bool operator==(const AbiTag&) const = default;
};

// The one symbol that a shared object exports (GATEHOUSE_FUNCTION defines it).
struct FunctionExport {
  AbiTag tag;
  Function* (*make)() = nullptr;  // the caller owns the result
};
inline constexpr const char* kExportSymbol = "gatehouse_function_v1";

}  // namespace gatehouse::sdk
