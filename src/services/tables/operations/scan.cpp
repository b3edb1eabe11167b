#include "services/tables/errors.hpp"
#include "services/tables/keys.hpp"
#include "services/tables/page_request.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::int64_t kMaxSegments = 1'000'000;

Result<void> check_segments(std::optional<std::int64_t> segment, std::optional<std::int64_t> total) {
  if (segment && !total) {
    return errors::validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  }
  if (total && !segment) {
    return errors::validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  }
  if (segment && *segment >= *total) {
    return errors::validation(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
        std::to_string(*segment) + " is not less than TotalSegments: " + std::to_string(*total));
  }
  return {};
}

}  // namespace

Task<Answer> scan(Request& request) {
  Input input(request.input);
  const std::optional<std::int64_t> segment = input.integer("Segment", 0, kMaxSegments - 1);
  const std::optional<std::int64_t> total = input.integer("TotalSegments", 1, kMaxSegments);
  Result<PageRequest> page = read_page(request.tables, input, false);
  if (!page) co_return std::unexpected(std::move(page.error()));
  if (Result<void> valid = check_segments(segment, total); !valid) co_return std::unexpected(std::move(valid.error()));
  if (page->start_key) {
    Result<void> valid = check_key(*page->start_key, page->table->schema);
    if (!valid) co_return errors::validation("The provided starting key is invalid: " + valid.error().message);
  }

  const store::Scan scan{.segment = static_cast<std::uint32_t>(segment.value_or(0)),
                         .total_segments = static_cast<std::uint32_t>(total.value_or(1)),
                         .start_after = std::move(page->start_key),
                         .limits = page->limits};
  Result<store::Page> result = co_await request.tables.store().scan(page->table->handle, scan);
  if (!result) co_return std::unexpected(from_store(std::move(result.error())));
  co_return page_answer(*page, std::move(*result), request.span);
}

}  // namespace gatehouse::tables
