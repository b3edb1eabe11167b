// For tests: a content folder that is gone when the test is.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace gatehouse::sites::testing {

class SiteFolder {
 public:
  SiteFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gatehouse-site-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~SiteFolder() { std::filesystem::remove_all(root_); }
  SiteFolder(const SiteFolder&) = delete;
  SiteFolder& operator=(const SiteFolder&) = delete;

  std::filesystem::path site() const { return root_ / "site"; }
  std::filesystem::path outside() const { return root_ / "outside"; }

  // Below site().
  void write(std::string_view name, std::string_view content) const { write_to(site() / name, content); }
  static void write_to(const std::filesystem::path& path, std::string_view content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace gatehouse::sites::testing
