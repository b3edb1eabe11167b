// The operations of the DynamoDB API, one file each. operations.cpp lists them like a table of contents.
#pragma once

#include "base/journey.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/aws/caller.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::tables {

// One call, alive until its Task is done.
struct Request {
  Tables& tables;
  const json::object& input;
  const aws::Caller& caller;
  Span& span;
};

using Answer = Result<json::object>;

Task<Answer> create_table(Request& request);
Task<Answer> describe_table(Request& request);
Task<Answer> list_tables(Request& request);
Task<Answer> update_table(Request& request);
Task<Answer> delete_table(Request& request);

Task<Answer> get_item(Request& request);
Task<Answer> put_item(Request& request);
Task<Answer> update_item(Request& request);
Task<Answer> delete_item(Request& request);
Task<Answer> query(Request& request);
Task<Answer> scan(Request& request);

Task<Answer> batch_get_item(Request& request);
Task<Answer> batch_write_item(Request& request);
Task<Answer> transact_get_items(Request& request);
Task<Answer> transact_write_items(Request& request);

Task<Answer> describe_limits(Request& request);
Task<Answer> describe_endpoints(Request& request);
Task<Answer> describe_time_to_live(Request& request);
Task<Answer> describe_continuous_backups(Request& request);
Task<Answer> tag_resource(Request& request);
Task<Answer> untag_resource(Request& request);
Task<Answer> list_tags_of_resource(Request& request);

// An empty answer whose parts share one block of memory: pass its storage() to to_json.
json::object make_answer();

// The table that a request names, or ResourceNotFoundException in the form of item operations.
Result<TablePtr> find_table(const Tables& tables, std::string_view name);

// The store's error in DynamoDB's words.
Error from_store(Error error);

}  // namespace gatehouse::tables
