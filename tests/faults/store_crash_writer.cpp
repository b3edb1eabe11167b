// Writes to a store until it is killed, and says on standard output what was acknowledged, one line each:
//   P <round>-<writer>-<n>   an item that was put
//   I <writer> <n>           the writer's counter, incremented on the condition that it was n-1
//   T <writer> <n>           a transaction that set three items of the writer to n
// Usage: store_crash_writer DIRECTORY ROUND
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/run_task.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {
namespace {

constexpr int kWriters = 16;

void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(2);
}

Item item(std::string name, std::int64_t value) {
  Item out;
  out.emplace("p", std::move(name));
  out.emplace("n", Number::from_integer(value));
  return out;
}

Task<std::int64_t> present_value(Store& store, const TableHandle& table, std::string name) {
  const Item key = item(std::move(name), 0);
  const Result<std::optional<Item>> found = co_await store.get(table, key);
  if (!found) std::_Exit(3);
  if (!*found) co_return 0;
  co_return std::atoll((*found)->at("n").get_if<Number>()->to_string().c_str());
}

Task<bool> put(Store& store, const TableHandle& table, std::string name) {
  // Big enough now and then that memtables are flushed while the process dies.
  Item one = item(std::move(name), 1);
  one.emplace("text", std::string(4000, 'x'));
  Write write{table, Put{std::move(one)}, nullptr};
  const WriteResult result = co_await store.write(std::move(write));
  co_return result.has_value();
}

Task<bool> increment(Store& store, const TableHandle& table, std::string name, std::int64_t to) {
  Update update;
  update.adds.push_back({Path{{std::string("n")}}, Number::from_integer(1)});
  ConditionPtr condition;
  if (to > 1) {
    condition = std::make_shared<const Condition>(
        Condition{Compare{Comparison::kEqual, Path{{std::string("n")}}, Value(Number::from_integer(to - 1))}});
  }
  Item key;
  key.emplace("p", std::move(name));
  Write write{table, Modify{std::move(key), std::move(update)}, std::move(condition)};
  const WriteResult result = co_await store.write(std::move(write));
  co_return result.has_value();
}

Task<bool> transact(Store& store, const TableHandle& table, int writer, std::int64_t value) {
  std::vector<Write> writes;
  for (int part = 0; part < 3; ++part)
    writes.push_back({table, Put{item(fmt::format("t-{}-{}", writer, part), value)}, nullptr});
  const TransactionResult result = co_await store.transact(std::move(writes));
  co_return result.has_value();
}

Task<void> work(Store& store, TableHandle table, int writer, std::string round) {
  std::int64_t counter = co_await present_value(store, table, fmt::format("i-{}", writer));
  std::int64_t transaction = co_await present_value(store, table, fmt::format("t-{}-0", writer));
  for (std::int64_t n = 0;; ++n) {
    const std::string name = fmt::format("{}-{}-{}", round, writer, n);
    const bool is_put = co_await put(store, table, name);
    if (!is_put) std::_Exit(4);
    say(fmt::format("P {}\n", name));
    const bool is_incremented = co_await increment(store, table, fmt::format("i-{}", writer), ++counter);
    if (!is_incremented) std::_Exit(5);
    say(fmt::format("I {} {}\n", writer, counter));
    const bool is_done = co_await transact(store, table, writer, ++transaction);
    if (!is_done) std::_Exit(6);
    say(fmt::format("T {} {}\n", writer, transaction));
  }
}

int run(const char* directory, const char* round) {
  auto store = open_embedded_store({.directory = directory});
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  const TableSchema schema{"t", {"p"}, {}};
  const Result<TableHandle> table = run_task((*store)->create_table(schema));
  if (!table) return 1;
  say("READY\n");
  net::io_context loop;
  for (int writer = 0; writer < kWriters; ++writer)
    net::co_spawn(loop.get_executor(), work(**store, *table, writer, round), net::detached);
  loop.run();
  return 0;
}

}  // namespace
}  // namespace gatehouse::store

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  return gatehouse::store::run(argv[1], argv[2]);
}
