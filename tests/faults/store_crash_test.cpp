// Kills a writing process again and again: what was acknowledged is there, and no transaction is half there.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "base/run_task.hpp"
#include "base/text.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {
namespace {

constexpr int kRounds = 60;

// A writer whose output is read until it is gone.
class Writer {
 public:
  Writer(const std::filesystem::path& folder, int round) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::string program = STORE_CRASH_WRITER, directory = folder.string(), number = std::to_string(round);
    char* arguments[] = {program.data(), directory.data(), number.data(), nullptr};
    const int failed = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) std::abort();
    reader_ = std::thread([this, from = ends[0]] { read(from); });
  }

  void wait_until_ready() {
    while (!is_ready_ && !is_ended_) std::this_thread::yield();
  }
  // Kills it, unless it ended by itself; returns what it said, whole lines only.
  std::vector<std::string> kill() {
    ::kill(process_, SIGKILL);
    int status = 0;
    ::waitpid(process_, &status, 0);
    reader_.join();
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer failed by itself: " << WEXITSTATUS(status);
    output_.resize(output_.rfind('\n') + 1);
    std::vector<std::string> lines;
    for (const std::string_view line : split(output_, '\n')) lines.emplace_back(line);
    return lines;
  }

 private:
  void read(int from) {
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(from, buffer, sizeof buffer)) > 0;) {
      output_.append(buffer, static_cast<std::size_t>(count));
      is_ready_ = true;
    }
    ::close(from);
    is_ended_ = true;
  }

  pid_t process_ = 0;
  std::thread reader_;
  std::string output_;  // the reader's until it is joined
  std::atomic<bool> is_ready_ = false, is_ended_ = false;
};

class StoreCrash : public ::testing::Test {
 protected:
  StoreCrash() {
    std::string name = (std::filesystem::temp_directory_path() / "gatehouse-crash-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~StoreCrash() override { std::filesystem::remove_all(folder_); }

  void take(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      const std::vector<std::string_view> words = split(line, ' ');
      if (words[0] == "P") puts_.emplace_back(words[1]);
      if (words[0] == "I") counters_[std::string(words[1])] = std::atoll(std::string(words[2]).c_str());
      if (words[0] == "T") transactions_[std::string(words[1])] = std::atoll(std::string(words[2]).c_str());
    }
  }

  static std::optional<std::int64_t> value(Store& store, const TableHandle& table, const std::string& name) {
    Item key;
    key.emplace("p", name);
    const auto found = run_task(store.get(table, key));
    EXPECT_TRUE(found) << found.error().detail;
    if (!found || !*found) return std::nullopt;
    return std::atoll((*found)->at("n").get_if<Number>()->to_string().c_str());
  }

  // One write of each writer may have been under way: done or not, but not acknowledged.
  void check(std::size_t first_put) {
    auto opened = open_embedded_store({.directory = folder_});
    ASSERT_TRUE(opened) << opened.error().message;
    Store& store = **opened;
    const std::optional<TableHandle> table = store.find_table("t");
    if (!table) {
      EXPECT_TRUE(puts_.empty());
      return;
    }
    for (std::size_t i = first_put; i < puts_.size(); ++i)
      EXPECT_TRUE(value(store, *table, puts_[i])) << puts_[i] << " was acknowledged and is gone";
    for (const auto& [writer, acknowledged] : counters_) {
      const std::int64_t found = value(store, *table, "i-" + writer).value_or(-1);
      EXPECT_GE(found, acknowledged) << "increments of writer " << writer << " are gone";
      EXPECT_LE(found, acknowledged + 1) << "writer " << writer << " was counted twice";
      counters_[writer] = found;
    }
    for (const auto& [writer, acknowledged] : transactions_) {
      const std::int64_t found = value(store, *table, fmt::format("t-{}-0", writer)).value_or(-1);
      EXPECT_GE(found, acknowledged);
      EXPECT_LE(found, acknowledged + 1);
      for (int part = 1; part < 3; ++part)
        EXPECT_EQ(value(store, *table, fmt::format("t-{}-{}", writer, part)), found) << "a transaction is half there";
      transactions_[writer] = found;
    }
  }

  std::filesystem::path folder_;
  std::vector<std::string> puts_;
  std::map<std::string, std::int64_t> counters_, transactions_;
};

TEST_F(StoreCrash, LosesNothingAcknowledgedOverManyKills) {
  std::mt19937 random(static_cast<unsigned>(::getpid()));
  const auto up_to = [&](int milliseconds) {
    return std::chrono::microseconds(random() % static_cast<unsigned>(milliseconds * 1000));
  };
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    const std::size_t before = puts_.size();
    Writer writer(folder_, round);
    // Every fourth time it dies while it opens the store.
    if (round % 4 == 3) {
      std::this_thread::sleep_for(up_to(60));
    } else {
      writer.wait_until_ready();
      std::this_thread::sleep_for(up_to(250));
    }
    take(writer.kill());
    check(before);
  }
  check(0);
  EXPECT_GT(puts_.size(), 100u);
  std::printf("%d kills, %zu puts acknowledged\n", kRounds, puts_.size());
}

}  // namespace
}  // namespace gatehouse::store
