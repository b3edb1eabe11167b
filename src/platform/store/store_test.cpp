#include "platform/store/store.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <stdlib.h>

#include <filesystem>
#include <random>

#include "base/run_task.hpp"
#include "platform/store/records.hpp"

namespace gatehouse::store {
namespace {

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    char name[] = "/tmp/gatehouse-store-XXXXXX";
    folder_ = ::mkdtemp(name);
    open();
  }
  ~StoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    store_.reset();
    auto opened = open_embedded_store({.directory = folder_});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  TableHandle make_table(std::string name, bool sorted = true) {
    TableSchema schema{std::move(name), {"p"}, {}};
    if (sorted) schema.sort = KeyAttribute{"s", KeyAttribute::Type::kNumber};
    return *run_task(store_->create_table(schema));
  }
  static Item item(std::string p, std::int64_t s, std::string text = "") {
    Item out;
    out.emplace("p", std::move(p));
    out.emplace("s", Number::from_integer(s));
    out.emplace("text", std::move(text));
    return out;
  }
  WriteResult put(const TableHandle& table, Item item, ConditionPtr condition = nullptr) {
    return run_task(store_->write({table, Put{std::move(item)}, std::move(condition)}));
  }

  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, KeepsItemsOverAReopening) {
  const TableHandle table = make_table("t");
  ASSERT_TRUE(put(table, item("a", 1, "hello")));

  open();

  const auto found = run_task(store_->get(*store_->find_table("t"), item("a", 1)));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(**found, item("a", 1, "hello"));
  EXPECT_EQ(store_->approximate_size(*store_->find_table("t")).items, 1u);
}

TEST_F(StoreTest, RefusesASecondOpeningAndNamesTheFolder) {
  const auto second = open_embedded_store({.directory = folder_});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find(folder_.string()), std::string::npos);
  EXPECT_NE(second.error().message.find("another process"), std::string::npos);
}

TEST_F(StoreTest, AnAttributeThatIsMissingDiffersFromEveryValue) {
  const auto compare_missing = [](Comparison comparison) {
    return Condition{Compare{comparison, Path{{std::string("missing")}}, Value(std::string("x"))}};
  };
  EXPECT_TRUE(holds(compare_missing(Comparison::kNotEqual), item("a", 1)));
  EXPECT_FALSE(holds(compare_missing(Comparison::kEqual), item("a", 1)));
  EXPECT_FALSE(holds(compare_missing(Comparison::kLess), item("a", 1)));
}

TEST_F(StoreTest, RefusesANewerFormatAndForeignData) {
  const auto put_raw = [&](const std::string& key, const std::string& value) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, folder_, &db).ok());
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), key, value).ok());
    delete db;
  };
  store_.reset();
  put_raw(std::string("\0\0\0\0format", 10), "2");
  const auto newer = open_embedded_store({.directory = folder_});
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().message.find("has format 2"), std::string::npos) << newer.error().message;

  std::filesystem::remove_all(folder_);
  put_raw("other", "data");
  const auto foreign = open_embedded_store({.directory = folder_});
  ASSERT_FALSE(foreign);
  EXPECT_NE(foreign.error().message.find("was not written by Gatehouse"), std::string::npos) << foreign.error().message;
}

TEST_F(StoreTest, JudgesAConditionAgainstTheItem) {
  const TableHandle table = make_table("t");
  const auto absent = std::make_shared<const Condition>(Condition{AttributeNotExists{Path{{std::string("p")}}}});
  EXPECT_TRUE(put(table, item("a", 1), absent));
  const WriteResult second = put(table, item("a", 1, "new"), absent);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().error.code, "ConditionalCheckFailedException");
  EXPECT_EQ(second.error().before, item("a", 1));
}

TEST_F(StoreTest, WritesATransactionWholeOrNotAtAll) {
  const TableHandle table = make_table("t");
  const auto exists = std::make_shared<const Condition>(Condition{AttributeExists{Path{{std::string("p")}}}});
  std::vector<Write> writes;
  writes.push_back({table, Put{item("a", 1)}, nullptr});
  writes.push_back({table, Check{item("b", 1)}, exists});
  const TransactionResult result = run_task(store_->transact(std::move(writes)));
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().reasons[0]);
  EXPECT_TRUE(result.error().reasons[1]);
  EXPECT_FALSE(*run_task(store_->get(table, item("a", 1))));
}

TEST_F(StoreTest, RefusesATransactionThatNamesAnItemTwice) {
  const TableHandle table = make_table("t");
  std::vector<Write> writes;
  writes.push_back({table, Put{item("a", 1, "one")}, nullptr});
  writes.push_back({table, Put{item("a", 1, "two")}, nullptr});
  const TransactionResult result = run_task(store_->transact(std::move(writes)));
  ASSERT_FALSE(result);
  ASSERT_TRUE(result.error().error);
  EXPECT_EQ(result.error().error->message, "Transaction request cannot include multiple operations on one item");
  EXPECT_FALSE(*run_task(store_->get(table, item("a", 1))));
}

TEST_F(StoreTest, RefusesAnItemThatCouldNotBeReadAgain) {
  const TableHandle table = make_table("t");
  Value deep = "leaf";
  for (int i = 0; i < 32; ++i) deep = Value(List{std::move(deep)});
  Item one = item("a", 1);
  one.emplace("deep", deep);
  ASSERT_TRUE(put(table, one));
  EXPECT_EQ(**run_task(store_->get(table, one)), one);
  one.at("deep") = Value(List{std::move(deep)});
  const WriteResult refused = put(table, one);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.message, "Nesting Levels have exceeded supported limits");
}

TEST_F(StoreTest, AnUpdateThatOnlyRemovesMakesNoItem) {
  const TableHandle table = make_table("t");
  Update update;
  update.removes.push_back({Path{{std::string("x")}}});
  Item key = item("a", 1);
  key.erase("text");
  ASSERT_TRUE(run_task(store_->write({table, Modify{key, update}, nullptr})));
  EXPECT_FALSE(*run_task(store_->get(table, key)));
  ASSERT_TRUE(run_task(store_->write({table, Modify{key, Update{}}, nullptr})));
  EXPECT_TRUE(*run_task(store_->get(table, key)));
}

TEST_F(StoreTest, KeepsTheKeyOfAnItemThatIsUpdated) {
  const TableHandle table = make_table("t");
  Update update;
  update.sets.push_back({Path{{std::string("p")}}, {Value("b")}});
  const WriteResult refused = run_task(store_->write({table, Modify{item("a", 1), update}, nullptr}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.code, "ValidationException");
}

TEST_F(StoreTest, NeverUsesATablesIdAgain) {
  const TableHandle first = make_table("t");
  ASSERT_TRUE(run_task(store_->drop_table("t")));
  open();
  EXPECT_NE(make_table("t").id, first.id);
  EXPECT_EQ(run_task(store_->drop_table("none")).error().kind, Error::Kind::kNotFound);
}

TEST_F(StoreTest, QueriesInOrderWithBoundsBothWaysAndPages) {
  const TableHandle table = make_table("t");
  for (const std::int64_t s : {-10, -9, 0, 9, 10, 100}) ASSERT_TRUE(put(table, item("a", s)));
  ASSERT_TRUE(put(table, item("ab", 1)));
  const auto sorts = [&](Query query) {
    std::vector<std::string> out;
    for (int page = 0; page < 20; ++page) {
      const auto got = run_task(store_->query(table, query));
      for (const Item& found : got->items) out.push_back(found.at("s").get_if<Number>()->to_string());
      if (!got->last_key) break;
      query.start_after = got->last_key;
    }
    return out;
  };
  Query query;
  query.partition = Value("a");
  query.limits.max_items = 2;
  EXPECT_EQ(sorts(query), (std::vector<std::string>{"-10", "-9", "0", "9", "10", "100"}));
  query.forward = false;
  EXPECT_EQ(sorts(query), (std::vector<std::string>{"100", "10", "9", "0", "-9", "-10"}));
  query.forward = true;
  const auto number = [](std::int64_t value) { return Value(Number::from_integer(value)); };
  query.sort = SortCondition{SortCondition::Kind::kBetween, number(-9), number(10)};
  EXPECT_EQ(sorts(query), (std::vector<std::string>{"-9", "0", "9", "10"}));
  query.sort = SortCondition{SortCondition::Kind::kGreater, number(9), {}};
  EXPECT_EQ(sorts(query), (std::vector<std::string>{"10", "100"}));
  query.sort = SortCondition{SortCondition::Kind::kBetween, number(10), number(-9)};
  EXPECT_TRUE(sorts(query).empty());
}

TEST_F(StoreTest, ScansEverySegmentOnce) {
  const TableHandle table = make_table("t", false);
  for (int i = 0; i < 500; ++i) {
    Item one;
    one.emplace("p", std::to_string(i));
    ASSERT_TRUE(put(table, one));
  }
  std::size_t total = 0;
  for (std::uint32_t segment = 0; segment < 7; ++segment) {
    Scan scan;
    scan.segment = segment;
    scan.total_segments = 7;
    const auto page = run_task(store_->scan(table, scan));
    EXPECT_GT(page->items.size(), 20u);
    total += page->items.size();
  }
  EXPECT_EQ(total, 500u);
}

TEST_F(StoreTest, LosesNoIncrementOfManyAtOnce) {
  const TableHandle table = make_table("t");
  net::io_context loop;
  int running = 200;
  for (int i = 0; i < 200; ++i) {
    Update update;
    update.adds.push_back({Path{{std::string("n")}}, Number::from_integer(1)});
    net::co_spawn(loop.get_executor(), store_->write({table, Modify{item("a", 1), update}, nullptr}),
                  [&](std::exception_ptr error, WriteResult result) {
                    EXPECT_FALSE(error);
                    EXPECT_TRUE(result);
                    if (--running == 0) loop.stop();
                  });
  }
  const auto guard = net::make_work_guard(loop);
  loop.run();
  const auto found = run_task(store_->get(table, item("a", 1)));
  EXPECT_EQ((*found)->at("n").get_if<Number>()->to_string(), "200");
}

TEST_F(StoreTest, DropsATableWithItsData) {
  const TableHandle table = make_table("t");
  ASSERT_TRUE(put(table, item("a", 1)));
  ASSERT_TRUE(run_task(store_->drop_table("t")));
  EXPECT_EQ(run_task(store_->get(table, item("a", 1))).error().kind, Error::Kind::kNotFound);
  const TableHandle again = make_table("t");
  EXPECT_FALSE(*run_task(store_->get(again, item("a", 1))));
  EXPECT_FALSE(put(table, item("a", 1)));
}

TEST_F(StoreTest, RecordsAreTakenOnceAndReplacedOnlyAtTheirVersion) {
  const Records records = *run_task(Records::open(*store_, "r"));
  ASSERT_TRUE(run_task(records.create("a", "b", {{"n", 1}})));
  EXPECT_EQ(run_task(records.create("a", "b", {})).error().kind, Error::Kind::kConflict);
  Record record = **run_task(records.get("a", "b"));
  record.body["n"] = 2;
  ASSERT_TRUE(run_task(records.replace(record)));
  EXPECT_EQ(run_task(records.replace(record)).error().kind, Error::Kind::kConflict);
  EXPECT_EQ((*run_task(records.take("a", "b")))->body.at("n").as_int64(), 2);
  EXPECT_FALSE(*run_task(records.take("a", "b")));
}

TEST(Number, KeepsDigitsExactlyAndRefusesWhatDoesNotFit) {
  for (const auto& [text, canonical] : std::map<std::string, std::string>{
           {"0", "0"},
           {"-0.0", "0"},
           {"1.50", "1.5"},
           {"007", "7"},
           {"1e3", "1000"},
           {"1E-2", "0.01"},
           {"-12.5e1", "-125"},
           {"12345678901234567890123456789012345678", "12345678901234567890123456789012345678"}}) {
    EXPECT_EQ(Number::parse(text)->to_string(), canonical) << text;
  }
  for (const char* text : {"", "x", "1x", "--1", "1e", "1e+-2", ".", "NaN", "Infinity", " 1", "1E126", "1E-131",
                           "123456789012345678901234567890123456789"}) {
    EXPECT_FALSE(Number::parse(text)) << text;
  }
}

TEST(Number, OrdersItsBytesLikeItsValuesAndAddsExactly) {
  std::mt19937_64 random(7);
  std::vector<Number> numbers;
  for (int i = 0; i < 300; ++i) {
    const auto mantissa = static_cast<std::int64_t>(random() % 2'000'001) - 1'000'000;
    numbers.push_back(*Number::parse(fmt::format("{}E{}", mantissa, static_cast<int>(random() % 21) - 10)));
  }
  for (const Number& a : numbers) {
    EXPECT_EQ(Number::from_ordered(a.ordered()), a);
    for (const Number& b : numbers) {
      EXPECT_EQ(a.ordered() <=> b.ordered(), a <=> b) << a.to_string() << " " << b.to_string();
      const Number sum = *Number::add(a, b);
      EXPECT_EQ(*Number::subtract(sum, b), a);
    }
  }
  EXPECT_EQ(Number::add(*Number::parse("0.1"), *Number::parse("0.2"))->to_string(), "0.3");
  EXPECT_FALSE(Number::add(*Number::parse("1e40"), *Number::parse("1")));
}

TEST(ItemCodec, RoundTripsAndRefusesDamage) {
  Item inner;
  inner.emplace("list", List{Value(true), Value(Null{}), Value(Binary{std::string("\0x", 2)})});
  Item item;
  item.emplace("map", inner);
  item.emplace("set", NumberSet{{Number::from_integer(-1), Number::from_integer(5)}});
  const std::string bytes = encode_item(item);
  EXPECT_EQ(*decode_item(bytes), item);
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(decode_item(bytes.substr(0, length)));
  EXPECT_FALSE(decode_item(bytes + "x"));
}

}  // namespace
}  // namespace gatehouse::store
