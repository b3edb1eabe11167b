// Child processes with limits: what hosts a function's `bootstrap`.
#pragma once

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
  std::filesystem::path working_directory;
  std::vector<std::pair<std::string, std::string>> environment;  // exactly these, nothing inherited
  std::size_t memory_bytes = 0;          // address-space-independent limit of resident memory; 0: none
  std::size_t max_open_files = 1024;
  // One line of standard output or error, without the newline, cut at 256 KiB. Called on the loop.
  std::function<void(std::string_view line)> on_line;
};

struct ChildExit {
  bool signalled = false;
  int code = 0;  // exit status or signal number
  bool out_of_memory = false;
};

// A running child in a process group of its own; it dies with this process (PR_SET_PDEATHSIG), and the destructor kills
// the whole group. Belongs to one loop.
class Child {
 public:
  static Result<std::unique_ptr<Child>> start(Executor executor, ChildOptions options);
  virtual ~Child() = default;
  virtual int pid() const = 0;
  virtual void kill() = 0;            // SIGKILL to the group; idempotent
  virtual Task<ChildExit> wait() = 0;  // may be awaited by one caller
  virtual std::size_t resident_bytes() const = 0;
};

}  // namespace gatehouse::process
