// Child processes with limits: what hosts a function's `bootstrap`.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"

namespace gatehouse::process {

struct ChildOptions {
  std::filesystem::path executable;
  std::vector<std::string> arguments;  // after the executable's own name
  std::filesystem::path working_directory;
  std::vector<std::pair<std::string, std::string>> environment;  // exactly these, nothing inherited

  // Limit of the resident memory of the child and everything that it started; 0: none. The sum is looked at every
  // `memory_check_interval`, so a fast allocation can pass the limit for that long before the whole group is killed.
  // (RLIMIT_AS and RLIMIT_DATA would refuse what runtimes only reserve; a cgroup needs rights that we may not have.)
  std::size_t memory_bytes = 0;
  std::chrono::milliseconds memory_check_interval{50};
  std::chrono::milliseconds idle_memory_check_interval{2'000};  // while set_busy(false)

  std::size_t max_open_files = 1024;
  // One line of standard output or error, without the newline; a line over 256 KiB comes in pieces of that size. Called
  // on the loop, also for what was written before the end of the child.
  std::function<void(std::string_view line)> on_line;
};

inline constexpr std::size_t kMaxLineBytes = 256 * 1024;

struct ChildExit {
  bool signalled = false;
  int code = 0;  // exit status or signal number
  bool out_of_memory = false;
};

// A running child in a process group of its own. It gets /dev/null as input, one pipe for both outputs and no other
// descriptor; it adopts what its own children leave behind (PR_SET_CHILD_SUBREAPER), so that all its descendants can be
// found, counted and killed. It dies with this process (PR_SET_PDEATHSIG), and the destructor kills it and them.
// Belongs to one loop.
class Child {
 public:
  // The error names the executable and the reason (kUnavailable).
  static Result<std::unique_ptr<Child>> start(Executor executor, ChildOptions options);
  virtual ~Child() = default;
  virtual int pid() const = 0;
  virtual void kill() = 0;             // SIGKILL to all of them; idempotent
  virtual Task<ChildExit> wait() = 0;  // may be awaited by one caller, which must end before the Child does
  // Hands over what the child has written so far, without waiting for more.
  virtual void drain_output() = 0;
  // Looks at the memory often (busy) or seldom.
  virtual void set_busy(bool is_busy) = 0;
  virtual std::size_t resident_bytes() const = 0;       // now, the child and its descendants
  virtual std::size_t peak_resident_bytes() const = 0;  // the most that was seen, lately too
};

}  // namespace gatehouse::process
