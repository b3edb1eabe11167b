#include "platform/process/child.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>

#include "platform/process/family.hpp"
#include "platform/process/line_splitter.hpp"
#include "platform/process/spawn.hpp"

namespace gatehouse::process {
namespace {

using Descriptor = net::posix::basic_stream_descriptor<Executor>;
using Code = boost::system::error_code;

constexpr std::size_t kReadBytes = 64 * 1024;     // a pipe's own size
constexpr std::size_t kMaxDrainBytes = 4 << 20U;  // a child that writes without end must not hold the loop

// What the Child and its three coroutines (output, end, memory) share; they keep it alive until the child is reaped.
struct State {
  State(Executor executor, ChildOptions chosen, Spawned spawned)
      : options(std::move(chosen)),
        lines(
            options.on_line ? options.on_line : [](std::string_view) {}, kMaxLineBytes),
        pid(spawned.pid),
        pidfd(executor, spawned.pidfd),
        output(executor, spawned.output),
        watch(executor),
        ended(executor, Timer::time_point::max()) {}
  ~State() { kill(); }

  void kill() {
    if (is_reaped) return;
    // The root is stopped, not killed, until its descendants are gone: it adopts what their ends leave behind, and
    // must not end by itself meanwhile.
    ::kill(pid, SIGSTOP);
    constexpr int kRounds = 8;
    for (int round = 0; round < kRounds; ++round) {
      const std::vector<pid_t> family = family_of(pid);
      for (std::size_t i = family.size(); i-- > 1;) ::kill(family[i], SIGKILL);
      if (family.size() == 1) break;
    }
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
  }

  // Reads until the pipe is empty for now; false at its end.
  bool read_available(std::size_t limit) {
    for (std::size_t total = 0; total < limit;) {
      const ssize_t count = ::read(output.native_handle(), buffer.data(), buffer.size());
      if (count == 0) return false;
      if (count < 0) return errno == EAGAIN || errno == EINTR;
      lines.add({buffer.data(), static_cast<std::size_t>(count)});
      total += static_cast<std::size_t>(count);
    }
    return true;
  }

  void look_at_memory() {
    last_look = Timer::clock_type::now();
    const std::size_t now = resident_bytes_of(family_of(pid));
    peak = std::max(peak, now);
    if (options.memory_bytes == 0 || now <= options.memory_bytes) return;
    is_out_of_memory = true;
    kill();
  }

  ChildOptions options;
  LineSplitter lines;
  const pid_t pid;
  Descriptor pidfd;
  Descriptor output;
  Timer watch;
  Timer ended;  // never expires: cancelled at the end of the child
  std::array<char, kReadBytes> buffer;
  std::size_t peak = 0;
  Timer::time_point last_look{};
  bool is_busy = true;
  bool is_out_of_memory = false;
  bool is_reaped = false;
  bool is_abandoned = false;  // the Child is gone: nobody listens
  std::optional<ChildExit> exit;
};

Task<void> read_output(std::shared_ptr<State> state) {
  for (;;) {
    Code error;
    co_await state->output.async_wait(Descriptor::wait_read, net::redirect_error(kUseTask, error));
    if (error || state->is_abandoned) co_return;
    if (!state->read_available(kReadBytes)) co_return;
  }
}

Task<void> watch_memory(std::shared_ptr<State> state) {
  while (!state->is_reaped && !state->is_abandoned) {
    state->watch.expires_after(state->is_busy ? state->options.memory_check_interval
                                              : state->options.idle_memory_check_interval);
    Code error;
    co_await state->watch.async_wait(net::redirect_error(kUseTask, error));
    if (state->is_reaped) co_return;
    if (!error) state->look_at_memory();
  }
}

Task<void> await_end(std::shared_ptr<State> state) {
  Code error;
  co_await state->pidfd.async_wait(Descriptor::wait_read, net::redirect_error(kUseTask, error));
  siginfo_t info{};
  // Not reaped yet: its process group still has a name, so what is left of it can be killed safely.
  ::waitid(P_PID, static_cast<id_t>(state->pid), &info, WEXITED | WNOWAIT);
  ::kill(-state->pid, SIGKILL);
  state->is_reaped = true;
  ::waitid(P_PID, static_cast<id_t>(state->pid), &info, WEXITED);
  if (!state->is_abandoned) {
    state->read_available(kMaxDrainBytes);
    state->lines.finish();
  }
  state->exit = ChildExit{info.si_code != CLD_EXITED, info.si_status, state->is_out_of_memory};
  state->output.cancel();
  state->watch.cancel();
  state->ended.cancel();
}

class RunningChild final : public Child {
 public:
  explicit RunningChild(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~RunningChild() override {
    state_->is_abandoned = true;
    state_->kill();
    Code ignored;
    state_->output.cancel(ignored);
    state_->watch.cancel();
  }
  int pid() const override { return state_->pid; }
  void kill() override { state_->kill(); }
  void drain_output() override {
    if (!state_->is_reaped) state_->read_available(kMaxDrainBytes);
  }
  void set_busy(bool is_busy) override {
    state_->is_busy = is_busy;
    const bool waits_long = state_->watch.expiry() - Timer::clock_type::now() > state_->options.memory_check_interval;
    if (is_busy && waits_long) state_->watch.cancel();
  }
  std::size_t resident_bytes() const override { return state_->is_reaped ? 0 : resident_bytes_of(family_of(pid())); }
  std::size_t peak_resident_bytes() const override {
    // Looking costs tens of microseconds, so it is not done for each of many short invocations.
    const bool is_old = Timer::clock_type::now() - state_->last_look > state_->options.memory_check_interval;
    if (is_old && !state_->is_reaped) state_->look_at_memory();
    return state_->peak;
  }
  Task<ChildExit> wait() override {
    while (!state_->exit) {
      Code cancelled;
      co_await state_->ended.async_wait(net::redirect_error(kUseTask, cancelled));
    }
    co_return *state_->exit;
  }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace

Result<std::unique_ptr<Child>> Child::start(Executor executor, ChildOptions options) {
  const Result<Spawned> spawned = spawn(options);
  if (!spawned) return std::unexpected(spawned.error());
  auto state = std::make_shared<State>(executor, std::move(options), *spawned);
  net::co_spawn(executor, read_output(state), net::detached);
  net::co_spawn(executor, await_end(state), net::detached);
  net::co_spawn(executor, watch_memory(state), net::detached);
  return std::make_unique<RunningChild>(std::move(state));
}

}  // namespace gatehouse::process
