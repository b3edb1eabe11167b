// The store when the disk does not take writes: no false acknowledgement, reads go on, and it comes back by itself.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <random>
#include <thread>

#include "base/run_task.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {
namespace {

class StoreDisk : public ::testing::Test {
 protected:
  StoreDisk() {
    std::string name = (std::filesystem::temp_directory_path() / "gatehouse-disk-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~StoreDisk() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open(const std::filesystem::path& folder) {
    store_.reset();
    auto opened = open_embedded_store({.directory = folder});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    table_ = *run_task(store_->create_table({"t", {"p"}, {}}));
  }
  WriteResult put(int n, std::size_t bytes = 100'000) {
    Item item;
    item.emplace("p", std::to_string(n));
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text.push_back(static_cast<char>('a' + random_() % 26));
    item.emplace("text", std::move(text));
    return run_task(store_->write({table_, Put{std::move(item)}, nullptr}));
  }
  bool has(int n) {
    Item key;
    key.emplace("p", std::to_string(n));
    const auto found = run_task(store_->get(table_, key));
    EXPECT_TRUE(found) << found.error().detail;
    return found && *found;
  }

  // Writes until the disk refuses, lets `repair` mend it, and checks that all is well again.
  void run_out_and_recover(const std::function<void()>& repair) {
    int written = 0;
    WriteResult last = put(written);
    for (; last && written < 1000; last = put(written)) ++written;
    ASSERT_FALSE(last) << "the disk never got full";
    EXPECT_EQ(last.error().error.kind, Error::Kind::kUnavailable);
    for (int n = 0; n < written; ++n) EXPECT_TRUE(has(n)) << n << " was acknowledged";
    std::vector<int> late;  // a new log may take some more
    for (int n = 5000; n < 5050; ++n) {
      if (put(n)) late.push_back(n);
    }
    for (const int n : late) EXPECT_TRUE(has(n)) << n << " was acknowledged";

    repair();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    WriteResult again = put(9000);
    while (!again && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      again = put(9000);
    }
    ASSERT_TRUE(again) << again.error().error.detail;
    ASSERT_TRUE(put(9001));
    const Result<TableHandle> other = run_task(store_->create_table({"other", {"p"}, {}}));
    ASSERT_TRUE(other);
    EXPECT_NE(other->id, table_.id);
    written_ = written;
  }
  void check_after_reopening(const std::filesystem::path& folder) {
    open(folder);
    for (int n = 0; n < written_; ++n) EXPECT_TRUE(has(n)) << n << " was acknowledged";
    EXPECT_TRUE(has(9000));
    EXPECT_TRUE(has(9001));
  }

  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  TableHandle table_;
  int written_ = 0;
  std::minstd_rand random_{7};
};

// The write to the log itself fails, as with a broken disk.
TEST_F(StoreDisk, ComesBackAfterItsLogCouldNotBeWritten) {
  open(folder_);
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{2'000'000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  run_out_and_recover([&] { ::setrlimit(RLIMIT_FSIZE, &before); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  if (!HasFatalFailure()) check_after_reopening(folder_);
}

TEST_F(StoreDisk, ComesBackAfterTheDiskWasFull) {
  const std::filesystem::path disk = folder_ / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64m") != 0)
    GTEST_SKIP() << "a small file system can be mounted by root only";
  const std::filesystem::path data = disk / "data";
  const std::filesystem::path ballast = disk / "ballast";
  {
    const int file = ::open(ballast.c_str(), O_CREAT | O_WRONLY, 0600);
    ASSERT_EQ(::posix_fallocate(file, 0, 50 * 1024 * 1024), 0);
    ::close(file);
  }
  open(data);
  if (!HasFatalFailure()) run_out_and_recover([&] { std::filesystem::remove(ballast); });
  if (!HasFatalFailure()) check_after_reopening(data);
  store_.reset();
  ::umount(disk.c_str());
}

}  // namespace
}  // namespace gatehouse::store
