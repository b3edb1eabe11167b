// What the tests of the functions service share: a service with ports that record, and loops to run it on.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "base/journey.hpp"
#include "base/testing/run_task.hpp"
#include "platform/http/handler.hpp"
#include "services/functions/functions.hpp"

namespace gatehouse::functions::testing {

class RecordingLog final : public LogSink {
 public:
  void write(const std::string& group, const std::string& stream, Timestamp, std::string_view line) override {
    const std::scoped_lock lock(mutex_);
    lines_.emplace_back(line);
    groups_.push_back(group);
    streams_.push_back(stream);
  }
  std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }
  std::string text() const { return join(lines()); }
  std::vector<std::string> streams() const {
    const std::scoped_lock lock(mutex_);
    return streams_;
  }
  std::vector<std::string> groups() const {
    const std::scoped_lock lock(mutex_);
    return groups_;
  }

 private:
  static std::string join(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
  }
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::vector<std::string> groups_;
  std::vector<std::string> streams_;
};

// Answers after a while, or never.
class FakeFetcher final : public http::Fetcher {
 public:
  Task<Result<http::Response>> fetch(std::string_view url, http::Request request, std::chrono::milliseconds) override {
    Span span(request.journey, "nested", std::string(url));
    seen_trace = std::string(request.headers.get("X-Amzn-Trace-Id"));
    if (delay.count() > 0) {
      Timer timer(co_await net::this_coro::executor, delay);
      co_await timer.async_wait(kUseTask);
    }
    ++completed;
    co_return http::make_response(200, "text/plain", "fetched");
  }
  std::chrono::milliseconds delay{0};
  std::string seen_trace;
  std::atomic<int> completed{0};
};

class FakeAws final : public AwsCalls {
 public:
  Task<Result<json::object>> call(std::string_view service, std::string_view operation, const json::object& input,
                                  const aws::Caller& caller, Journey*, std::string_view) override {
    if (operation == "Refused") co_return fail(Error::Kind::kForbidden, "AccessDeniedException", "not you");
    co_return json::object{{"service", service}, {"operation", operation}, {"input", input}, {"caller", caller.arn}};
  }
};

class FakeRole final : public RoleCredentials {
 public:
  std::shared_ptr<const aws::Credential> current() override {
    auto caller = std::make_shared<aws::Caller>();
    caller->arn = "arn:aws:sts::0:assumed-role/role/fn";
    return std::make_shared<aws::Credential>(aws::Credential{"AKID", "SECRET", "TOKEN", caller});
  }
};

// One event loop on a thread of its own, and the service on it.
class Bench {
 public:
  explicit Bench(FunctionsConfig config = {})
      : guard_(loop_.get_executor()),
        thread_([this] { loop_.run(); }),
        functions(std::move(config), FunctionsPorts{clock, random, logs, fetcher, aws}, {loop_.get_executor()}) {}
  ~Bench() {
    run(functions.stop());
    guard_.reset();
    loop_.stop();
    thread_.join();
  }

  static FunctionConfig config(std::string_view folder, bool in_process = false) {
    FunctionConfig out;
    out.name = "fn";
    out.arn = "arn:aws:lambda:us-east-1:000000000000:function:fn";
    out.code_folder = std::filesystem::path(GATEHOUSE_TEST_FUNCTIONS) / folder;
    out.log_group = "/aws/lambda/fn";
    out.role = std::make_shared<FakeRole>();
    if (in_process) out.in_process = out.code_folder / "function.so";
    return out;
  }

  template <typename T>
  T run(Task<T> task) {
    return net::co_spawn(loop_.get_executor(), std::move(task), net::use_future).get();
  }
  template <typename T>
  std::future<T> begin(Task<T> task) {
    return net::co_spawn(loop_.get_executor(), std::move(task), net::use_future);
  }

  Result<InvokeResult> invoke(std::string payload, Journey* journey = nullptr) {
    return run(
        functions.invoke("fn", std::move(payload), {kRequestId, "Root=1-00000001-000000000000000000000001", journey}));
  }
  std::future<Result<InvokeResult>> begin_invoke(std::string payload) {
    return begin(functions.invoke("fn", std::move(payload), {kRequestId, "", nullptr}));
  }

  static constexpr const char* kRequestId = "8a8b5a1e-0000-4000-8000-000000000001";

  SystemClock clock;
  SystemRandom random;
  RecordingLog logs;
  FakeFetcher fetcher;
  FakeAws aws;

 private:
  net::io_context loop_;
  net::executor_work_guard<Executor> guard_;
  std::thread thread_;

 public:
  Functions functions;
};

}  // namespace gatehouse::functions::testing
