#include "platform/process/family.hpp"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::process {
namespace {

constexpr std::size_t kMaxFamily = 4096;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

std::string read_small_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  ::close(file);
  return text;
}

template <typename Number>
std::optional<Number> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

void add_children(pid_t parent, std::vector<pid_t>& family) {
  const std::string threads = "/proc/" + std::to_string(parent) + "/task";
  const Directory directory(::opendir(threads.c_str()));
  if (!directory) return;
  while (const dirent* entry = ::readdir(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    const std::string children = read_small_file(threads + "/" + entry->d_name + "/children");
    std::string_view rest = children;
    while (family.size() < kMaxFamily) {
      const std::optional<pid_t> child = take_number<pid_t>(rest);
      if (!child) break;
      family.push_back(*child);
    }
  }
}

// The inode of the socket whose local end is `local` and whose remote end is `remote`; 0 when there is none.
std::uint32_t find_socket(const sockaddr_in& local, const sockaddr_in& remote) {
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0) return 0;
  struct {
    nlmsghdr header;
    inet_diag_req_v2 body;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.body.sdiag_family = AF_INET;
  question.body.sdiag_protocol = IPPROTO_TCP;
  question.body.idiag_states = ~0U;
  question.body.id.idiag_sport = local.sin_port;
  question.body.id.idiag_dport = remote.sin_port;
  question.body.id.idiag_src[0] = local.sin_addr.s_addr;
  question.body.id.idiag_dst[0] = remote.sin_addr.s_addr;
  question.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  question.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;

  std::uint32_t inode = 0;
  if (::send(netlink, &question, sizeof question, 0) == sizeof question) {
    // The kernel answers an exact question before send() returns, so this does not wait.
    alignas(nlmsghdr) char buffer[4096];
    const ssize_t count = ::recv(netlink, buffer, sizeof buffer, MSG_DONTWAIT);
    const auto* answer = reinterpret_cast<const nlmsghdr*>(buffer);
    if (count >= static_cast<ssize_t>(NLMSG_LENGTH(sizeof(inet_diag_msg))) &&
        answer->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
      inet_diag_msg message;
      std::memcpy(&message, NLMSG_DATA(answer), sizeof message);
      inode = message.idiag_inode;
    }
  }
  ::close(netlink);
  return inode;
}

bool holds_socket(pid_t pid, const std::string& link) {
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  const Directory directory(::opendir(folder.c_str()));
  if (!directory) return false;
  while (const dirent* entry = ::readdir(directory.get())) {
    char target[64];
    const ssize_t count = ::readlinkat(::dirfd(directory.get()), entry->d_name, target, sizeof target);
    if (count > 0 && std::string_view(target, static_cast<std::size_t>(count)) == link) return true;
  }
  return false;
}

}  // namespace

std::vector<pid_t> family_of(pid_t root) {
  std::vector<pid_t> family{root};
  for (std::size_t i = 0; i < family.size() && family.size() < kMaxFamily; ++i) add_children(family[i], family);
  return family;
}

std::size_t resident_bytes_of(const std::vector<pid_t>& family) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::size_t pages = 0;
  for (const pid_t pid : family) {
    const std::string text = read_small_file("/proc/" + std::to_string(pid) + "/statm");  // size resident ...
    std::string_view rest = text;
    if (!take_number<std::size_t>(rest)) continue;
    pages += take_number<std::size_t>(rest).value_or(0);
  }
  return pages * page;
}

bool is_peer_of(int descriptor, pid_t root) {
  sockaddr_in own{};
  sockaddr_in peer{};
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&own), &own_size) != 0) return false;
  if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0) return false;
  if (own.sin_family != AF_INET || peer.sin_family != AF_INET) return false;

  const std::uint32_t inode = find_socket(peer, own);
  if (inode == 0) return false;
  const std::string link = "socket:[" + std::to_string(inode) + "]";
  return std::ranges::any_of(family_of(root), [&](pid_t pid) { return holds_socket(pid, link); });
}

}  // namespace gatehouse::process
