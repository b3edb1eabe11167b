#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

#include "platform/http/server.hpp"

namespace gatehouse::http {

struct Loops::Impl {
  std::vector<std::unique_ptr<net::io_context>> contexts;
  std::vector<net::executor_work_guard<Executor>> guards;
};

Loops::Loops(std::size_t count) : impl_(std::make_unique<Impl>()) {
  for (std::size_t i = 0; i < count; ++i) {
    impl_->contexts.push_back(std::make_unique<net::io_context>(1));
    impl_->guards.push_back(net::make_work_guard(*impl_->contexts.back()));
  }
}
Loops::~Loops() = default;

std::size_t Loops::size() const { return impl_->contexts.size(); }
net::io_context& Loops::at(std::size_t index) { return *impl_->contexts[index]; }

void Loops::run() {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < size(); ++i) {
    threads.emplace_back([this, i] { impl_->contexts[i]->run(); });
  }
  impl_->contexts[0]->run();
}

void Loops::stop() {
  for (const auto& context : impl_->contexts) context->stop();
}

}  // namespace gatehouse::http
