#include "platform/process/child.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "base/testing/run_task.hpp"
#include "platform/process/family.hpp"
#include "platform/process/line_splitter.hpp"

namespace gatehouse::process {
namespace {

using Lines = std::vector<std::string>;

struct Ran {
  ChildExit exit;
  Lines lines;
};

ChildOptions shell(std::string script, Lines& lines) {
  return {.executable = "/bin/sh",
          .arguments = {"-c", std::move(script)},
          .working_directory = "/",
          .environment = {{"PATH", "/usr/bin:/bin"}},
          .on_line = [&lines](std::string_view line) { lines.emplace_back(line); }};
}

Task<Ran> run(ChildOptions options, Lines& lines) {
  const auto executor = co_await net::this_coro::executor;
  Result<std::unique_ptr<Child>> child = Child::start(executor, std::move(options));
  if (!child) throw std::runtime_error(child.error().detail);
  const ChildExit exit = co_await (*child)->wait();
  co_return Ran{exit, lines};
}

Ran run_shell(std::string script, std::function<void(ChildOptions&)> adjust = {}) {
  Lines lines;
  ChildOptions options = shell(std::move(script), lines);
  if (adjust) adjust(options);
  return testing::run_task(run(std::move(options), lines));
}

// A zombie is not alive: who reaps it is not our business.
bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && stat.size() > name_end + 2 && stat[name_end + 2] != 'Z';
}

TEST(Child, HandsOverItsOutputLineByLineAndItsExitStatus) {
  const Ran ran = run_shell("echo one; echo two >&2; printf three; exit 7");

  EXPECT_EQ(ran.lines, (Lines{"one", "two", "three"}));
  EXPECT_FALSE(ran.exit.signalled);
  EXPECT_EQ(ran.exit.code, 7);
}

TEST(Child, GetsExactlyTheEnvironmentItIsGiven) {
  ::setenv("GATEHOUSE_TEST_LEAK", "secret", 1);

  const Ran ran = run_shell("env", [](ChildOptions& options) { options.environment.emplace_back("COLOUR", "blue"); });

  for (const std::string& line : ran.lines) EXPECT_FALSE(line.starts_with("GATEHOUSE_TEST_LEAK")) << line;
  EXPECT_NE(std::ranges::find(ran.lines, "COLOUR=blue"), ran.lines.end());
}

TEST(Child, RunsInItsWorkingDirectoryAndAGroupOfItsOwn) {
  const Ran ran = run_shell("pwd; test $(ps -o pgid= -p $$) = $$ && echo leads",
                            [](ChildOptions& options) { options.working_directory = "/usr"; });

  EXPECT_EQ(ran.lines, (Lines{"/usr", "leads"}));
}

TEST(Child, InheritsNoDescriptorOfOurs) {
  const int leaked = ::open("/dev/zero", O_RDONLY);  // deliberately without O_CLOEXEC

  const Ran ran = run_shell("readlink /proc/self/fd/* | grep -c zero");

  ::close(leaked);
  EXPECT_EQ(ran.lines, (Lines{"0"}));
}

TEST(Child, IsRefusedWithAReasonWhenTheProgramIsMissing) {
  Lines lines;
  net::io_context loop;
  ChildOptions options = shell("true", lines);
  options.executable = "/nowhere/bootstrap";

  const Result<std::unique_ptr<Child>> child = Child::start(loop.get_executor(), options);

  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().kind, Error::Kind::kUnavailable);
  EXPECT_NE(child.error().detail.find("/nowhere/bootstrap"), std::string::npos);
  EXPECT_NE(child.error().detail.find("No such file"), std::string::npos);
}

TEST(Child, IsRefusedWhenItsFolderIsMissing) {
  Lines lines;
  net::io_context loop;
  ChildOptions options = shell("true", lines);
  options.working_directory = "/nowhere";

  EXPECT_FALSE(Child::start(loop.get_executor(), options));
}

Task<ChildExit> kill_when_it_says_ready(ChildOptions options, Lines& lines) {
  const auto executor = co_await net::this_coro::executor;
  std::unique_ptr<Child> child;
  options.on_line = [&](std::string_view line) {
    lines.emplace_back(line);
    child->kill();
    child->kill();
  };
  child = *Child::start(executor, std::move(options));
  const ChildExit exit = co_await child->wait();
  co_return exit;
}

TEST(Child, DiesWithItsChildrenWhenKilledEvenWhenTheyLeftTheGroup) {
  Lines lines;
  ChildOptions options = shell("setsid sleep 600 & sleep 600 & echo $!; wait", lines);

  const ChildExit exit = testing::run_task(kill_when_it_says_ready(std::move(options), lines));

  EXPECT_TRUE(exit.signalled);
  EXPECT_EQ(exit.code, SIGKILL);
  ASSERT_EQ(lines.size(), 1U);
  for (int i = 0; i < 200 && is_alive(std::stoi(lines[0])); ++i) ::usleep(5'000);
  EXPECT_FALSE(is_alive(std::stoi(lines[0])));
}

TEST(Child, TakesTheRestOfItsGroupAlongWhenItEnds) {
  const Ran ran = run_shell("sleep 600 & echo $!");

  ASSERT_EQ(ran.lines.size(), 1U);
  for (int i = 0; i < 200 && is_alive(std::stoi(ran.lines[0])); ++i) ::usleep(5'000);
  EXPECT_FALSE(is_alive(std::stoi(ran.lines[0])));
}

TEST(Child, IsKilledWhenItsMemoryPassesTheLimit) {
  const Ran ran =
      run_shell("head -c 300000000 /dev/zero | tail -c 299999999 >/dev/null; sleep 600", [](ChildOptions& options) {
        options.memory_bytes = 64 << 20U;
        options.memory_check_interval = std::chrono::milliseconds{5};
      });

  EXPECT_TRUE(ran.exit.out_of_memory);
  EXPECT_TRUE(ran.exit.signalled);
}

TEST(Child, MayNotOpenMoreFilesThanItsLimit) {
  const Ran ran = run_shell("ulimit -n; ulimit -c", [](ChildOptions& options) { options.max_open_files = 64; });

  EXPECT_EQ(ran.lines, (Lines{"64", "0"}));
}

Task<std::size_t> drain_without_the_loop(Lines& lines) {
  const auto executor = co_await net::this_coro::executor;
  auto child = *Child::start(executor, shell("echo early; sleep 600", lines));
  // Deliberately no co_await: the loop cannot have read for us.
  for (int i = 0; i < 1000 && lines.empty(); ++i) {
    ::usleep(5'000);
    child->drain_output();
  }
  co_return lines.size();
}

TEST(Child, HandsOverWhatItWroteWhenAsked) {
  Lines lines;
  EXPECT_EQ(testing::run_task(drain_without_the_loop(lines)), 1U);
}

Task<bool> destroy_and_look(Lines& lines) {
  const auto executor = co_await net::this_coro::executor;
  auto child = *Child::start(executor, shell("sleep 600", lines));
  const pid_t pid = child->pid();
  child.reset();
  Timer timer(executor);
  for (int i = 0; i < 400 && is_alive(pid); ++i) {
    timer.expires_after(std::chrono::milliseconds{5});
    co_await timer.async_wait(kUseTask);
  }
  co_return is_alive(pid);
}

TEST(Child, IsKilledAndReapedWhenItsObjectGoes) {
  Lines lines;
  EXPECT_FALSE(testing::run_task(destroy_and_look(lines)));
}

TEST(LineSplitter, CutsAnOverlongLineIntoPieces) {
  Lines lines;
  LineSplitter splitter([&](std::string_view line) { lines.emplace_back(line); }, 4);

  splitter.add("ab");
  splitter.add("cdefghij\r\nkl\n\nmn");
  splitter.finish();

  EXPECT_EQ(lines, (Lines{"abcd", "efgh", "ij", "kl", "", "mn"}));
}

// A connected pair over loopback: the first is the server's end.
std::pair<int, int> connect_over_loopback() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
  ::listen(listener, 1);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  ::connect(client, reinterpret_cast<sockaddr*>(&address), size);
  const int server = ::accept(listener, nullptr, nullptr);
  ::close(listener);
  return {server, client};
}

TEST(Family, KnowsWhetherAPeerBelongsToIt) {
  const auto [server, client] = connect_over_loopback();
  Lines lines;
  net::io_context loop;
  auto stranger = *Child::start(loop.get_executor(), shell("sleep 600", lines));

  EXPECT_TRUE(is_peer_of(server, ::getpid()));
  EXPECT_FALSE(is_peer_of(server, stranger->pid()));

  ::close(client);
  EXPECT_FALSE(is_peer_of(server, ::getpid()));
  ::close(server);
}

TEST(Family, CountsDescendants) {
  Lines lines;
  net::io_context loop;
  auto child = *Child::start(loop.get_executor(), shell("sleep 600 & sleep 600 & wait", lines));

  for (int i = 0; i < 400 && family_of(child->pid()).size() < 3; ++i) ::usleep(5'000);

  EXPECT_EQ(family_of(child->pid()).size(), 3U);
  EXPECT_GT(child->resident_bytes(), 0U);
}

}  // namespace
}  // namespace gatehouse::process
