#include "platform/process/spawn.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gatehouse::process {
namespace {

// Everything that the child needs, made ready before vfork(): between vfork() and execve() it shares our memory, so it
// may only make system calls and must not touch what other threads use.
struct Plan {
  const char* executable;
  const char* directory;
  char* const* arguments;
  char* const* environment;
  int null_input;
  int output;
  pid_t parent;
  rlimit open_files;
  sigset_t signals;              // the mask to give the child
  volatile int failed_step = 0;  // written by the child, read by us
  volatile int failed_errno = 0;
};

enum Step { kDirectory = 1, kDescriptors, kLimits, kExecute };

void reset_signal_handlers() {
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &by_default, nullptr);
}

// The kernel shall prefer a function to us when the machine runs out of memory. Best effort.
void prefer_as_victim() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const auto written = ::write(file, "500", 3);
  ::close(file);
}

Step prepare_child(const Plan& plan) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // We may have ended before the death signal was asked for.
  if (::getppid() != plan.parent) ::_exit(127);
  if (::chdir(plan.directory) != 0) return kDirectory;
  if (::dup2(plan.null_input, 0) < 0 || ::dup2(plan.output, 1) < 0 || ::dup2(plan.output, 2) < 0) return kDescriptors;
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return kDescriptors;
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_NOFILE, &plan.open_files) != 0 || ::setrlimit(RLIMIT_CORE, &no_core) != 0) return kLimits;
  prefer_as_victim();
  reset_signal_handlers();
  ::sigprocmask(SIG_SETMASK, &plan.signals, nullptr);
  ::execve(plan.executable, plan.arguments, plan.environment);
  return kExecute;
}

[[gnu::noinline]] pid_t start_child(Plan& plan) {
  const pid_t pid = ::vfork();
  if (pid == 0) {
    plan.failed_step = prepare_child(plan);
    plan.failed_errno = errno;
    ::_exit(127);
  }
  return pid;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::unexpected<Error> failed(const ChildOptions& options, std::string_view step, int number) {
  return fail(Error::Kind::kUnavailable, "", "the program could not be started",
              fmt::format("{}: {}: {}", options.executable.string(), step, std::strerror(number)));
}

std::string_view step_name(int step) {
  switch (step) {
    case kDirectory:
      return "the working directory cannot be entered";
    case kDescriptors:
      return "its descriptors cannot be set up";
    case kLimits:
      return "its limits cannot be set";
    default:
      return "it cannot be executed";
  }
}

// Descriptors that are closed when the function that opened them leaves early.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
  int release() { return std::exchange(number, -1); }
};

}  // namespace

Result<Spawned> spawn(const ChildOptions& options) {
  Descriptor null_input{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  int ends[2];
  if (null_input.number < 0 || ::pipe2(ends, O_CLOEXEC) != 0) return failed(options, "no descriptors are left", errno);
  Descriptor read_end{ends[0]};
  Descriptor write_end{ends[1]};
  ::fcntl(read_end.number, F_SETFL, O_NONBLOCK);

  std::string executable = options.executable.string();
  const std::string directory = options.working_directory.string();
  std::vector<std::string> arguments{executable};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);

  Plan plan{.executable = executable.c_str(),
            .directory = directory.c_str(),
            .arguments = argument_pointers.data(),
            .environment = environment_pointers.data(),
            .null_input = null_input.number,
            .output = write_end.number,
            .parent = ::getpid(),
            .open_files = {options.max_open_files, options.max_open_files},
            .signals = {}};
  ::sigemptyset(&plan.signals);
  // No handler of ours may run in the child while it shares our memory.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = start_child(plan);
  const int vfork_errno = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);

  if (pid < 0) return failed(options, "no process can be made", vfork_errno);
  if (plan.failed_step != 0) {
    ::waitpid(pid, nullptr, 0);
    return failed(options, step_name(plan.failed_step), plan.failed_errno);
  }
  Descriptor pidfd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (pidfd.number < 0) {
    const int number = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return failed(options, "no pidfd", number);
  }
  return Spawned{pid, pidfd.release(), read_end.release()};
}

}  // namespace gatehouse::process
