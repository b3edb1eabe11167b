#include "app/stack/state.hpp"

#include "base/id.hpp"

namespace gatehouse::app {
namespace {

constexpr const char* kStackKey = "!stack";  // sorts before every logical id, which are letters and digits

json::object to_json(const StackResource& resource) {
  return {{"type", resource.type},
          {"physicalId", resource.physical_id},
          {"status", resource.status},
          {"updated", resource.updated_ms},
          {"fingerprint", resource.fingerprint},
          {"retained", resource.is_retained},
          {"deletes", resource.is_deleted_with_template},
          {"parent", resource.parent}};
}

StackResource from_json(const store::Record& record) {
  const auto text = [&](std::string_view name) { return std::string(string_member(record.body, name).value_or("")); };
  return {.logical_id = record.sort,
          .type = text("type"),
          .physical_id = text("physicalId"),
          .status = text("status"),
          .updated_ms = integer_member(record.body, "updated").value_or(0),
          .fingerprint = text("fingerprint"),
          .is_retained = bool_member(record.body, "retained").value_or(false),
          .is_deleted_with_template = bool_member(record.body, "deletes").value_or(false),
          .parent = text("parent")};
}

}  // namespace

Task<Result<StackState>> StackState::load(store::Store& store, const Clock& clock, Random& random, std::string name,
                                          std::string region, std::string account) {
  Result<store::Records> records = co_await store::Records::open(store, "app/stacks");
  if (!records) co_return std::unexpected(records.error());
  StackState state(std::move(*records), clock, name);

  std::string after;
  for (;;) {
    Result<store::RecordPage> page = co_await state.records_.list(name, "", 1000, after);
    if (!page) co_return std::unexpected(page.error());
    for (const store::Record& record : page->records) {
      if (record.sort == kStackKey) {
        state.id_ = string_member(record.body, "id").value_or("");
        state.created_ms_ = integer_member(record.body, "created").value_or(0);
      } else {
        state.resources_.emplace(record.sort, from_json(record));
      }
    }
    if (!page->next) break;
    after = *page->next;
  }
  if (state.id_.empty()) {
    state.is_new_ = true;
    state.created_ms_ = clock.now_ms();
    state.id_ = fmt::format("arn:aws:cloudformation:{}:{}:stack/{}/{}", region, account, name, make_uuid(random));
    json::object body{{"id", state.id_}, {"created", state.created_ms_}};
    const Result<void> written = co_await state.records_.put(name, kStackKey, std::move(body));
    if (!written) co_return std::unexpected(written.error());
  }
  co_return state;
}

std::optional<std::string> StackState::physical_id(std::string_view logical_id, std::string_view type) const {
  const StackResource* resource = find(logical_id);
  if (resource == nullptr || resource->type != type) return std::nullopt;
  return resource->physical_id;
}

const StackResource* StackState::find(std::string_view logical_id) const {
  const auto found = resources_.find(logical_id);
  return found == resources_.end() ? nullptr : &found->second;
}

std::vector<StackResource> StackState::left_over(const std::vector<std::string>& current) const {
  std::vector<StackResource> gone;
  for (const auto& [logical_id, resource] : resources_) {
    if (!resource.is_retained && std::ranges::find(current, logical_id) == current.end()) gone.push_back(resource);
  }
  return gone;
}

Task<Result<void>> StackState::remember(StackResource resource) {
  const StackResource* before = find(resource.logical_id);
  if (before != nullptr && before->type == resource.type && before->physical_id == resource.physical_id &&
      before->fingerprint == resource.fingerprint && before->parent == resource.parent && !before->is_retained &&
      before->is_deleted_with_template == resource.is_deleted_with_template) {
    co_return Result<void>{};
  }
  changed_ = true;
  const bool is_update = before != nullptr && before->physical_id == resource.physical_id;
  resource.status = is_update ? "UPDATE_COMPLETE" : "CREATE_COMPLETE";
  resource.updated_ms = clock_->now_ms();
  const std::string logical_id = resource.logical_id;
  json::object body = to_json(resource);
  resources_.insert_or_assign(logical_id, std::move(resource));
  co_return co_await records_.put(name_, logical_id, std::move(body));
}

Task<Result<void>> StackState::retain(std::string logical_id) {
  const auto found = resources_.find(logical_id);
  if (found == resources_.end()) co_return Result<void>{};
  changed_ = true;
  found->second.is_retained = true;
  json::object body = to_json(found->second);
  co_return co_await records_.put(name_, logical_id, std::move(body));
}

Task<Result<void>> StackState::forget(std::string logical_id) {
  changed_ = true;
  resources_.erase(logical_id);
  const Result<bool> erased = co_await records_.erase(name_, logical_id);
  if (!erased) co_return std::unexpected(erased.error());
  co_return Result<void>{};
}

}  // namespace gatehouse::app
