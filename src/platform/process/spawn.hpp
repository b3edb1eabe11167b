// Starts a program with exactly the descriptors, environment and limits that it shall have.
#pragma once

#include <sys/types.h>

#include "base/result.hpp"
#include "platform/process/child.hpp"

namespace gatehouse::process {

struct Spawned {
  pid_t pid = -1;
  int pidfd = -1;   // readable when the child has ended
  int output = -1;  // the read end of its standard output and error, non-blocking
};

// The caller owns the descriptors and must wait for the child.
Result<Spawned> spawn(const ChildOptions& options);

}  // namespace gatehouse::process
