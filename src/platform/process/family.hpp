// A process and its descendants, as /proc shows them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gatehouse::process {

// `root` first, then its descendants; bounded. Only what is there at this moment.
std::vector<pid_t> family_of(pid_t root);

// The resident memory of all of them. Pages that they share count for each.
std::size_t resident_bytes_of(const std::vector<pid_t>& family);

// True when the other end of the connected TCP socket `descriptor` (IPv4 loopback) belongs to `root` or one of its
// descendants. False as well when that cannot be found out. Asks the kernel for the peer's socket (NETLINK_SOCK_DIAG)
// and looks for it among the family's descriptors.
bool is_peer_of(int descriptor, pid_t root);

}  // namespace gatehouse::process
