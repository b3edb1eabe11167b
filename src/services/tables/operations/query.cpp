#include "services/tables/errors.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/page_request.hpp"

namespace gatehouse::tables {
namespace {

// How two key values of the same type compare.
std::strong_ordering compare(const store::Value& a, const store::Value& b) {
  if (const std::string* text = a.get_if<std::string>()) return *text <=> *b.get_if<std::string>();
  if (const store::Number* number = a.get_if<store::Number>()) return *number <=> *b.get_if<store::Number>();
  return *a.get_if<store::Binary>() <=> *b.get_if<store::Binary>();
}

std::string_view bytes_of(const store::Value& value) {
  if (const std::string* text = value.get_if<std::string>()) return *text;
  if (const store::Binary* binary = value.get_if<store::Binary>()) return binary->bytes;
  return {};
}

bool satisfies(const store::SortCondition& condition, const store::Value& key) {
  using Kind = store::SortCondition::Kind;
  switch (condition.kind) {
    case Kind::kEqual:
      return compare(key, condition.value) == 0;
    case Kind::kLess:
      return compare(key, condition.value) < 0;
    case Kind::kLessOrEqual:
      return compare(key, condition.value) <= 0;
    case Kind::kGreater:
      return compare(key, condition.value) > 0;
    case Kind::kGreaterOrEqual:
      return compare(key, condition.value) >= 0;
    case Kind::kBetween:
      return compare(key, condition.value) >= 0 && compare(key, condition.high) <= 0;
    case Kind::kBeginsWith:
      return bytes_of(key).starts_with(bytes_of(condition.value));
  }
  return false;
}

// A page starts inside what the query covers.
Result<void> check_start_key(const store::Item& start, const KeyCondition& condition,
                             const store::TableSchema& schema) {
  if (!check_key(start, schema)) return errors::validation("The provided starting key is invalid");
  if (condition.sort && !satisfies(*condition.sort, start.find(schema.sort->name)->second)) {
    return errors::validation("The provided starting key does not match the range key predicate");
  }
  if (compare(start.find(schema.partition.name)->second, condition.partition) != 0) {
    return errors::validation("The provided starting key is outside query boundaries based on provided conditions");
  }
  return {};
}

}  // namespace

Task<Answer> query(Request& request) {
  Input input(request.input);
  const bool is_forward = input.flag("ScanIndexForward", true);
  Result<PageRequest> page = read_page(request.tables, input, true);
  if (!page) co_return std::unexpected(std::move(page.error()));
  const store::TableSchema& schema = page->table->schema;
  Result<KeyCondition> condition =
      resolve_key_condition(std::move(*page->expressions.key_tests), schema.partition, schema.sort);
  if (!condition) co_return std::unexpected(std::move(condition.error()));
  if (page->start_key) {
    Result<void> valid = check_start_key(*page->start_key, *condition, schema);
    if (!valid) co_return std::unexpected(std::move(valid.error()));
  }

  const store::Query query{.partition = std::move(condition->partition),
                           .sort = std::move(condition->sort),
                           .forward = is_forward,
                           .start_after = std::move(page->start_key),
                           .limits = page->limits};
  Result<store::Page> result = co_await request.tables.store().query(page->table->handle, query);
  if (!result) co_return std::unexpected(from_store(std::move(result.error())));
  co_return page_answer(*page, std::move(*result), request.span);
}

}  // namespace gatehouse::tables
