#include "platform/crypto/key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/seal.hpp"

namespace gatehouse::crypto {
namespace {

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

std::unexpected<Error> refuse(const std::filesystem::path& path, std::string_view problem) {
  return fail(Error::Kind::kInvalid, "", fmt::format("the key file {} {}", path.string(), problem));
}

std::unexpected<Error> refuse_with_errno(const std::filesystem::path& path, std::string_view what) {
  const std::string reason = std::generic_category().message(errno);
  return fail(Error::Kind::kUnavailable, "", fmt::format("the key file {} {}: {}", path.string(), what, reason));
}

Result<std::string> read_key(const std::filesystem::path& path, int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return refuse_with_errno(path, "cannot be examined");
  if (!S_ISREG(status.st_mode)) return refuse(path, "is not a regular file");
  if (status.st_uid != ::geteuid()) return refuse(path, "belongs to another user");
  if ((status.st_mode & 077) != 0) {
    return refuse(path, fmt::format("can be read by others (mode {:04o}); run: chmod 600 {}", status.st_mode & 07777,
                                    path.string()));
  }
  std::string text(128, '\0');
  const ssize_t size = ::read(descriptor, text.data(), text.size());
  if (size < 0) return refuse_with_errno(path, "cannot be read");
  std::optional<std::string> key = hex_decode(trim(std::string_view(text).substr(0, static_cast<std::size_t>(size))));
  wipe(text);
  if (!key || key->size() != Sealer::kKeyBytes) {
    return refuse(path, "does not hold 64 hexadecimal digits; restore it from a backup (what it sealed needs it)");
  }
  return std::move(*key);
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_folder(const std::filesystem::path& folder) {
  const File file{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return file.is_open() && ::fsync(file.get()) == 0;
}

// Writes a whole new file beside `path` and links it into place: a crash leaves no half-written key, and an existing
// key is never replaced (link fails where something exists, as O_EXCL does).
Result<void> make_key(const std::filesystem::path& path, Random& random) {
  std::filesystem::path draft = path;
  draft += ".new-" + hex_encode(random.bytes(8));
  {
    const File file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file.is_open()) return refuse_with_errno(path, "cannot be made");
    std::string text = hex_encode(random.bytes(Sealer::kKeyBytes)) + "\n";
    // The umask can only take rights away; fchmod makes the mode certain either way.
    const bool is_written = ::fchmod(file.get(), 0600) == 0 && write_all(file.get(), text) && ::fsync(file.get()) == 0;
    wipe(text);
    if (!is_written) {
      const auto failure = refuse_with_errno(path, "cannot be written");
      ::unlink(draft.c_str());
      return failure;
    }
  }
  const bool is_linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const auto failure = refuse_with_errno(path, "cannot be made");
  ::unlink(draft.c_str());
  if (!is_linked) return failure;
  if (!sync_folder(path.parent_path())) return refuse_with_errno(path, "cannot be made durable");
  return {};
}

}  // namespace

Result<std::string> read_or_make_key_file(const std::filesystem::path& path, Random& random) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const File file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (file.is_open()) return read_key(path, file.get());
    if (errno == ELOOP) return refuse(path, "is a symbolic link");
    if (errno != ENOENT || attempt > 0) return refuse_with_errno(path, "cannot be opened");
    if (Result<void> made = make_key(path, random); !made) return std::unexpected(std::move(made.error()));
  }
  return refuse(path, "cannot be opened");
}

}  // namespace gatehouse::crypto
