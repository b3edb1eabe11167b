// The store against a model: random writes, transactions, queries and reopenings must agree with a map.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <random>
#include <set>

#include "base/run_task.hpp"
#include "platform/store/store.hpp"

namespace gatehouse::store {
namespace {

std::string bytes(std::mt19937_64& random, std::size_t max) {
  std::string out;
  const std::size_t length = random() % (max + 1);
  // Zeros and 0xff bytes are where key encodings break.
  for (std::size_t i = 0; i < length; ++i) out.push_back("\x00\x01\x61\x62\xff\xfe"[random() % 6]);
  return out;
}

Number number(std::mt19937_64& random) {
  const auto mantissa = static_cast<std::int64_t>(random() % 2001) - 1000;
  return *Number::parse(fmt::format("{}e{}", mantissa, static_cast<int>(random() % 9) - 4));
}

Value value(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 0 ? 10 : 8)) {
    case 0:
      return Null{};
    case 1:
      return random() % 2 == 0;
    case 2:
      return number(random);
    case 3:
      return bytes(random, 20);
    case 4:
      return Binary{bytes(random, 20)};
    case 5:
      return StringSet{{"a", "b"}};
    case 6:
      return NumberSet{{Number::from_integer(-1), Number::from_integer(2)}};
    case 7:
      return BinarySet{{std::string("\0", 1), "x"}};
    case 8: {
      List list;
      for (std::uint64_t i = random() % 4; i > 0; --i) list.push_back(value(random, depth - 1));
      return list;
    }
    default: {
      Item map;
      for (std::uint64_t i = random() % 4; i > 0; --i) map.insert_or_assign(bytes(random, 5), value(random, depth - 1));
      return map;
    }
  }
}

TEST(ItemCodec, RoundTripsAnyItem) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    Item item;
    for (std::uint64_t n = random() % 6; n > 0; --n) item.insert_or_assign(bytes(random, 8), value(random, 5));
    const std::string encoded = encode_item(item);
    ASSERT_EQ(*decode_item(encoded), item);
    // Damage is refused or gives some item; it never reads on.
    std::string damaged = encoded;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    (void)decode_item(damaged);
  }
}

// Keys of the model: the order of the store within a partition.
using Sort = std::string;  // binary sort keys
using Model = std::map<std::pair<std::string, Sort>, Item>;

class StoreModel : public ::testing::Test {
 protected:
  StoreModel() {
    std::string name = (std::filesystem::temp_directory_path() / "gatehouse-model-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    open();
  }
  ~StoreModel() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    store_.reset();
    auto opened = open_embedded_store({.directory = folder_});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    TableSchema schema{"t", {"p"}, KeyAttribute{"s", KeyAttribute::Type::kBinary}};
    table_ = *run_task(store_->create_table(std::move(schema)));
  }

  Item random_key() {
    Item key;
    key.emplace("p", partitions_[random_() % partitions_.size()]);
    key.emplace("s", Binary{bytes(random_, 3)});
    return key;
  }
  static std::pair<std::string, Sort> place(const Item& key) {
    return {*key.at("p").get_if<std::string>(), key.at("s").get_if<Binary>()->bytes};
  }

  Write random_write(const Item& key) {
    Write write{table_, Check{key}, nullptr};
    const auto kind = random_() % 4;
    if (kind < 2) {
      Item item = key;
      item.emplace("v", value(random_, 2));
      write.action = Put{std::move(item)};
    } else if (kind == 2) {
      Update update;
      update.sets.push_back({Path{{std::string("v")}}, {value(random_, 2)}});
      update.adds.push_back({Path{{std::string("n")}}, Number::from_integer(1)});
      write.action = Modify{key, std::move(update)};
    } else {
      write.action = Erase{key};
    }
    if (random_() % 3 == 0)
      write.condition = std::make_shared<const Condition>(Condition{AttributeExists{Path{{std::string("p")}}}});
    return write;
  }

  // What the model makes of a write; false when its condition fails.
  static bool play(Model& model, const Write& write) {
    const Item& key = std::visit(
        [](const auto& action) -> const Item& {
          if constexpr (requires { action.item; })
            return action.item;
          else
            return action.key;
        },
        write.action);
    const auto at = place(key);
    if (write.condition && !model.contains(at)) return false;
    if (const auto* put = std::get_if<Put>(&write.action)) model[at] = put->item;
    if (std::holds_alternative<Erase>(write.action)) model.erase(at);
    if (const auto* modify = std::get_if<Modify>(&write.action)) {
      const auto [entry, is_new] = model.try_emplace(at, modify->key);
      entry->second = *store::apply(modify->update, entry->second);
    }
    return true;
  }

  void write_one() {
    const Write write = random_write(random_key());
    const bool holds = play(model_, write);
    EXPECT_EQ(run_task(store_->write(write)).has_value(), holds);
  }
  void write_transaction() {
    std::vector<Write> writes;
    std::set<std::pair<std::string, Sort>> places;
    for (int i = 0; i < 3; ++i) {
      const Item key = random_key();
      if (places.insert(place(key)).second) writes.push_back(random_write(key));
    }
    Model after = model_;
    bool holds = true;
    for (const Write& write : writes) holds = play(after, write) && holds;
    if (holds) model_ = std::move(after);
    EXPECT_EQ(run_task(store_->transact(writes)).has_value(), holds);
  }

  void check_query() {
    Query query;
    const std::string partition = partitions_[random_() % partitions_.size()];
    query.partition = Value(partition);
    query.forward = random_() % 2 == 0;
    query.limits.max_items = 1 + random_() % 5;
    const Sort low = bytes(random_, 2), high = bytes(random_, 2);
    const auto kind = static_cast<SortCondition::Kind>(random_() % 7);
    const bool is_bounded = random_() % 3 != 0;
    if (is_bounded) query.sort = SortCondition{kind, Binary{low}, Binary{high}};

    std::vector<Item> expected;
    for (const auto& [at, item] : model_) {
      if (at.first == partition && (!is_bounded || fits(kind, at.second, low, high))) expected.push_back(item);
    }
    if (!query.forward) std::ranges::reverse(expected);
    std::vector<Item> found;
    for (;;) {
      const Result<Page> page = run_task(store_->query(table_, query));
      ASSERT_TRUE(page);
      ASSERT_LE(page->items.size(), query.limits.max_items);
      std::ranges::copy(page->items, std::back_inserter(found));
      if (!page->last_key) break;
      query.start_after = page->last_key;
    }
    EXPECT_EQ(found, expected) << "kind " << static_cast<int>(kind);
  }
  static bool fits(SortCondition::Kind kind, const Sort& sort, const Sort& low, const Sort& high) {
    switch (kind) {
      case SortCondition::Kind::kEqual:
        return sort == low;
      case SortCondition::Kind::kLess:
        return sort < low;
      case SortCondition::Kind::kLessOrEqual:
        return sort <= low;
      case SortCondition::Kind::kGreater:
        return sort > low;
      case SortCondition::Kind::kGreaterOrEqual:
        return sort >= low;
      case SortCondition::Kind::kBetween:
        return sort >= low && sort <= high;
      case SortCondition::Kind::kBeginsWith:
        return sort.starts_with(low);
    }
    return false;
  }

  void check_all() {
    std::uint64_t size = 0;
    Model found;
    for (std::uint32_t segment = 0; segment < 3; ++segment) {
      Scan scan;
      scan.segment = segment;
      scan.total_segments = 3;
      scan.limits.max_items = 7;
      for (;;) {
        const Result<Page> page = run_task(store_->scan(table_, scan));
        ASSERT_TRUE(page);
        for (const Item& item : page->items) {
          size += item_size(item);
          EXPECT_TRUE(found.emplace(place(item), item).second) << "an item came twice";
        }
        if (!page->last_key) break;
        scan.start_after = page->last_key;
      }
    }
    EXPECT_EQ(found, model_);
    EXPECT_EQ(store_->approximate_size(table_).items, model_.size());
    EXPECT_EQ(store_->approximate_size(table_).bytes, size);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  TableHandle table_;
  Model model_;
  std::mt19937_64 random_{42};
  const std::vector<std::string> partitions_{"a", "ab", "b", std::string("a\0", 2), std::string("a\0\xff", 3), "\xff"};
};

TEST_F(StoreModel, AgreesOverRandomWritesQueriesAndReopenings) {
  for (int round = 0; round < 4 && !HasFailure(); ++round) {
    for (int i = 0; i < 60; ++i) {
      write_one();
      if (i % 4 == 0) write_transaction();
      if (i % 2 == 0) check_query();
    }
    check_all();
    open();
    check_all();
  }
}

// The sums of two accounts stay what they were while many transfers run at once.
TEST_F(StoreModel, TransactionsThatRunAtOnceKeepTheSum) {
  const auto account = [](int n) {
    Item key;
    key.emplace("p", fmt::format("account-{}", n));
    key.emplace("s", Binary{"-"});
    return key;
  };
  for (int n = 0; n < 4; ++n) {
    Item item = account(n);
    item.emplace("n", Number::from_integer(100));
    ASSERT_TRUE(run_task(store_->write({table_, Put{std::move(item)}, nullptr})));
  }
  const auto change = [&](int n, std::int64_t by, bool guarded) {
    Update update;
    update.adds.push_back({Path{{std::string("n")}}, Number::from_integer(by)});
    ConditionPtr enough = std::make_shared<const Condition>(
        Condition{Compare{Comparison::kGreaterOrEqual, Path{{std::string("n")}}, Value(Number::from_integer(-by))}});
    return Write{table_, Modify{account(n), std::move(update)}, guarded ? std::move(enough) : nullptr};
  };
  net::io_context loop;
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    const int from = static_cast<int>(random_() % 4);
    const int to = (from + 1 + static_cast<int>(random_() % 3)) % 4;
    std::vector<Write> writes{change(from, -30, true), change(to, 30, false)};
    net::co_spawn(loop.get_executor(), store_->transact(std::move(writes)),
                  [&](std::exception_ptr error, TransactionResult result) {
                    EXPECT_FALSE(error);
                    if (!result) ++refused;
                  });
  }
  loop.run();
  std::int64_t sum = 0;
  for (int n = 0; n < 4; ++n) {
    const auto found = run_task(store_->get(table_, account(n)));
    const std::int64_t left = std::atoll((*found)->at("n").get_if<Number>()->to_string().c_str());
    EXPECT_GE(left, 0);
    sum += left;
  }
  EXPECT_EQ(sum, 400);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace gatehouse::store
