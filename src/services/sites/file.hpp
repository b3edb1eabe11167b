// Files below a content folder, opened so that nothing outside of it can be reached.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/clock.hpp"

namespace gatehouse::sites {

// Which state of which file: equal as long as nobody changed or replaced it.
struct FileVersion {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  // also moves when a tool restores the modification time
  bool operator==(const FileVersion&) const = default;
};

// An open regular file. Owns its descriptor; reading is safe from any thread.
class File {
 public:
  // Nothing when there is no such regular file, when it may not be read, or when a symbolic link on the way leads out
  // of the folder. The kernel resolves the path beneath the folder (openat2, RESOLVE_BENEATH), so no race can lead out
  // either; where it does not know that call, no symbolic link is followed at all.
  // Requires: is_servable(key).
  static std::optional<File> open_beneath(const std::filesystem::path& folder, const std::string& key);

  File(File&& other) noexcept;
  File& operator=(File&&) = delete;
  ~File();

  const FileVersion& version() const { return version_; }
  Timestamp modified() const;
  // Fills `out` from `offset` on as far as the file goes; how many bytes that were.
  std::size_t read(std::uint64_t offset, std::span<char> out) const;
  // All of it, as long as it still has the size it was opened with; nothing when it changed meanwhile.
  std::optional<std::string> read_all() const;

 private:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  FileVersion version_;
};

}  // namespace gatehouse::sites
