// What a stack remembers between runs: its id and the physical ids of its resources, and what DescribeStacks tells.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/store/records.hpp"

namespace gatehouse::app {

struct StackResource {
  std::string logical_id;
  std::string type;
  std::string physical_id;
  std::string status = "CREATE_COMPLETE";
  std::int64_t updated_ms = 0;
  std::string fingerprint;                // of the evaluated properties: tells whether a new run changes the resource
  bool is_retained = false;               // left the template; its data stays
  bool is_deleted_with_template = false;  // DeletionPolicy: Delete, written out
  std::string parent;  // what it lives in (a user pool's id); what removing it needs beside the physical id
};

struct StackOutput {
  std::string key;
  std::string value;
  std::string description;
  std::string export_name;
};

// A stack as it is described: immutable once published.
struct StackDescription {
  std::string name;
  std::string id;
  std::string description;
  std::string status = "CREATE_COMPLETE";
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;                                  // 0: never
  std::vector<std::pair<std::string, std::string>> parameters;  // NoEcho values are "****"
  std::vector<StackOutput> outputs;
  std::vector<StackResource> resources;  // those of the template, in its order
};

// Kept in the store under the stack's name. Used by the one coroutine that deploys.
class StackState {
 public:
  static Task<Result<StackState>> load(store::Store& store, const Clock& clock, Random& random, std::string name,
                                       std::string region, std::string account);

  const std::string& id() const { return id_; }
  bool is_new() const { return is_new_; }
  std::int64_t created_ms() const { return created_ms_; }

  // The physical id that this logical id had in an earlier run, when it was of the same type.
  std::optional<std::string> physical_id(std::string_view logical_id, std::string_view type) const;
  const StackResource* find(std::string_view logical_id) const;
  // Those of earlier runs that are not among the `current` logical ids any more.
  std::vector<StackResource> left_over(const std::vector<std::string>& current) const;

  // Each writes only what changed. remember() sets the status and time by whether the fingerprint differs.
  Task<Result<void>> remember(StackResource resource);
  Task<Result<void>> retain(std::string logical_id);
  Task<Result<void>> forget(std::string logical_id);

  bool changed() const { return changed_; }

 private:
  StackState(store::Records records, const Clock& clock, std::string name)
      : records_(std::move(records)), clock_(&clock), name_(std::move(name)) {}

  store::Records records_;
  const Clock* clock_;
  std::string name_;
  std::string id_;
  std::int64_t created_ms_ = 0;
  bool is_new_ = false;
  bool changed_ = false;
  std::map<std::string, StackResource, std::less<>> resources_;
};

}  // namespace gatehouse::app
