#include "services/sites/file.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.hpp"

namespace gatehouse::sites {
namespace {

// Not blocking: opening a named pipe would wait for its writer.
constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

int open_without_links(int folder, const std::string& key) {
  int current = folder;
  const std::vector<std::string_view> parts = split(key, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_last = i + 1 == parts.size();
    const int flags = is_last ? kFileFlags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
    const int next = ::openat(current, std::string(parts[i]).c_str(), flags);
    if (current != folder) ::close(current);
    if (next < 0) return -1;
    current = next;
  }
  return current;
}

int open_in(int folder, const std::string& key) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(kFileFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long file = ::syscall(SYS_openat2, folder, key.c_str(), &how, sizeof how);
  if (file >= 0) return static_cast<int>(file);
  return errno == ENOSYS || errno == EPERM ? open_without_links(folder, key) : -1;
}

}  // namespace

std::optional<File> File::open_beneath(const std::filesystem::path& folder, const std::string& key) {
  const int directory = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return std::nullopt;
  const int descriptor = open_in(directory, key);
  ::close(directory);
  if (descriptor < 0) return std::nullopt;

  File file(descriptor);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  file.version_ = {.device = status.st_dev,
                   .inode = status.st_ino,
                   .size = static_cast<std::uint64_t>(status.st_size),
                   .modified_ns = nanoseconds(status.st_mtim),
                   .changed_ns = nanoseconds(status.st_ctim)};
  return file;
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), version_(other.version_) {}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Timestamp File::modified() const {
  return Timestamp{std::chrono::duration_cast<Timestamp::duration>(std::chrono::nanoseconds{version_.modified_ns})};
}

std::size_t File::read(std::uint64_t offset, std::span<char> out) const {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t count =
        ::pread(descriptor_, out.data() + filled, out.size() - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

std::optional<std::string> File::read_all() const {
  // One byte more than expected shows a file that grew.
  std::string content(version_.size + 1, '\0');
  if (read(0, content) != version_.size) return std::nullopt;
  content.pop_back();
  return content;
}

}  // namespace gatehouse::sites
