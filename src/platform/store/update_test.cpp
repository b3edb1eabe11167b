#include <gtest/gtest.h>

#include "platform/store/condition.hpp"

namespace gatehouse::store {
namespace {

Value number(std::int64_t value) { return Number::from_integer(value); }
Path path(std::string name) { return Path{{std::move(name)}}; }
Path element(std::string name, std::size_t index) { return Path{{std::move(name), index}}; }
List numbers(std::initializer_list<std::int64_t> values) {
  List out;
  for (const std::int64_t value : values) out.push_back(number(value));
  return out;
}
Item item_with(std::string name, Value value) {
  Item item;
  item.emplace("id", "x");
  item.emplace(std::move(name), std::move(value));
  return item;
}
std::shared_ptr<const SetValue> shared(SetValue value) { return std::make_shared<const SetValue>(std::move(value)); }

constexpr std::string_view kAbsent = "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view kWrongType = "An operand in the update expression has an incorrect data type";
constexpr std::string_view kInvalidPath = "The document path provided in the update expression is invalid for update";

TEST(Update, AppendsElementsBeyondTheEndInTheOrderOfTheirIndexes) {
  Update update;
  update.sets.push_back({element("l", 20), {number(20)}});
  update.sets.push_back({element("l", 10), {number(10)}});
  update.sets.push_back({element("l", 0), {number(7)}});
  EXPECT_EQ(store::apply(update, item_with("l", numbers({1, 2})))->at("l"), Value(numbers({7, 2, 10, 20})));
}

TEST(Update, RemovesWhatTheIndexesMeantBefore) {
  Update update;
  update.removes.push_back({element("l", 0)});
  update.removes.push_back({Path{{std::string("l"), std::size_t{1}, std::string("a")}}});
  update.removes.push_back({element("l", 2)});
  update.removes.push_back({element("l", 9)});
  Item inner;
  inner.emplace("a", number(1));
  inner.emplace("b", number(2));
  const Item before = item_with("l", List{number(0), Value(inner), number(2), number(3)});
  inner.erase("a");
  EXPECT_EQ(store::apply(update, before)->at("l"), Value(List{Value(inner), number(3)}));
}

TEST(Update, ReadsTheItemAsItWas) {
  Update update;
  update.sets.push_back({path("a"), {path("b")}});
  update.sets.push_back({path("b"), {path("a")}});
  Item before = item_with("a", number(1));
  before.emplace("b", number(2));
  const Result<Item> after = store::apply(update, before);
  EXPECT_EQ(after->at("a"), number(2));
  EXPECT_EQ(after->at("b"), number(1));
}

TEST(Update, FailsWithDynamoDBsWords) {
  const Item before = item_with("s", "text");
  const auto error = [&](SetAction action) {
    Update update;
    update.sets.push_back(std::move(action));
    const Result<Item> after = store::apply(update, before);
    return after ? std::string("accepted") : after.error().message;
  };
  EXPECT_EQ(error({path("x"), {path("none")}}), kAbsent);
  EXPECT_EQ(error({path("x"), {Plus{shared({path("none")}), shared({number(1)})}}}), kAbsent);
  EXPECT_EQ(error({path("x"), {Plus{shared({path("s")}), shared({number(1)})}}}), kWrongType);
  EXPECT_EQ(error({path("x"), {ListAppend{shared({path("s")}), shared({Value(numbers({1}))})}}}), kWrongType);
  EXPECT_EQ(error({Path{{std::string("none"), std::string("x")}}, {number(1)}}), kInvalidPath);
  EXPECT_EQ(error({element("s", 0), {number(1)}}), kInvalidPath);
  EXPECT_EQ(error({path("x"), {IfNotExists{path("none"), shared({number(1)})}}}), "accepted");

  Update add;
  add.adds.push_back({path("s"), number(1)});
  EXPECT_EQ(store::apply(add, before).error().message, kWrongType);
  Update erase;
  erase.deletes.push_back({path("s"), StringSet{{"a"}}});
  EXPECT_EQ(store::apply(erase, before).error().message, kWrongType);
}

TEST(Update, AddsToWhatIsThereOrStartsIt) {
  Update update;
  update.adds.push_back({path("n"), number(5)});
  update.adds.push_back({path("set"), StringSet{{"a", "c"}}});
  const Item once = *store::apply(update, item_with("set", StringSet{{"b", "c"}}));
  EXPECT_EQ(once.at("n"), number(5));
  EXPECT_EQ(once.at("set"), Value(StringSet{{"a", "b", "c"}}));
  EXPECT_EQ(store::apply(update, once)->at("n"), number(10));
}

TEST(Update, TakesAnEmptiedSetAway) {
  Update update;
  update.deletes.push_back({path("set"), StringSet{{"a", "b", "z"}}});
  EXPECT_FALSE(store::apply(update, item_with("set", StringSet{{"a", "b"}}))->contains("set"));
  EXPECT_EQ(store::apply(update, item_with("set", StringSet{{"a", "q"}}))->at("set"), Value(StringSet{{"q"}}));
  EXPECT_TRUE(store::apply(update, item_with("other", number(1))));
}

}  // namespace
}  // namespace gatehouse::store
