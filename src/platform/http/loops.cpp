#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "platform/http/server.hpp"

namespace gatehouse::http {
namespace {

// What a posted handler throws is our own bug: it is logged, and the other requests of the loop go on.
void run_loop(net::io_context& loop) {
  while (!loop.stopped()) {
    try {
      loop.run();
    } catch (const std::exception& error) {
      log::error("an event loop caught an exception: {}", error.what());
    }
  }
}

}  // namespace

struct Loops::Impl {
  std::vector<std::unique_ptr<net::io_context>> contexts;
  std::vector<net::executor_work_guard<Executor>> guards;
  std::atomic<bool> is_running{false};
};

Loops::Loops(std::size_t count) : impl_(std::make_unique<Impl>()) {
  for (std::size_t i = 0; i < count; ++i) {
    // One thread runs each; posting from other threads stays safe (Asio: concurrency hints).
    impl_->contexts.push_back(std::make_unique<net::io_context>(1));
    impl_->guards.push_back(net::make_work_guard(*impl_->contexts.back()));
  }
}
Loops::~Loops() = default;

std::size_t Loops::size() const { return impl_->contexts.size(); }
net::io_context& Loops::at(std::size_t index) { return *impl_->contexts[index]; }
bool Loops::is_running() const { return impl_->is_running.load(); }

void Loops::run() {
  impl_->is_running = true;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < size(); ++i) threads.emplace_back([this, i] { run_loop(*impl_->contexts[i]); });
    run_loop(*impl_->contexts[0]);
  }
  impl_->is_running = false;
}

void Loops::stop() {
  for (const auto& context : impl_->contexts) context->stop();
}

}  // namespace gatehouse::http
