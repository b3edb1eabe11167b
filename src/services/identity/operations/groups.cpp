#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kPageLimit = 60;

// One page of a sorted list that is in memory: those after `after`, at most `limit`.
template <typename Groups>
json::object group_page(const Pool& pool, const Groups& groups, const std::string& after, std::size_t limit) {
  json::array shapes;
  std::string last;
  json::object page;
  for (const auto& group : groups) {
    if (!after.empty() && group->config.name <= after) continue;
    if (shapes.size() == limit) {
      page["NextToken"] = page_token(last);
      break;
    }
    shapes.push_back(group_type(pool, *group));
    last = group->config.name;
  }
  page["Groups"] = std::move(shapes);
  return page;
}

struct Membership {
  PoolPtr pool;
  User user;
  std::string group;
};

Task<Result<Membership>> find_membership(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  std::string username = input.required("Username");
  std::string group = input.required("GroupName");
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  if (!(*pool)->groups.contains(group)) co_return errors::group_not_found();
  auto user = co_await find_user(parts, *pool, std::move(username));
  if (!user) co_return std::unexpected(user.error());
  co_return Membership{std::move(*pool), std::move(*user), std::move(group)};
}

}  // namespace

Answer admin_add_user_to_group(Parts& parts, const aws::Call& call) {
  auto membership = co_await find_membership(parts, call);
  if (!membership) co_return std::unexpected(membership.error());
  auto added = co_await parts.users.add_to_group(membership->pool, membership->user.username, membership->group);
  if (!added) co_return std::unexpected(added.error());
  parts.sign_in.audit("group_changed", *membership->pool, "", membership->user.username,
                      "added to " + membership->group, origin_of(call));
  co_return json::object{};
}

Answer admin_remove_user_from_group(Parts& parts, const aws::Call& call) {
  auto membership = co_await find_membership(parts, call);
  if (!membership) co_return std::unexpected(membership.error());
  auto removed = co_await parts.users.remove_from_group(membership->pool, membership->user.username, membership->group);
  if (!removed) co_return std::unexpected(removed.error());
  parts.sign_in.audit("group_changed", *membership->pool, "", membership->user.username,
                      "removed from " + membership->group, origin_of(call));
  co_return json::object{};
}

Answer admin_list_groups_for_user(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  std::string username = input.required("Username");
  const std::size_t limit = input.number("Limit", 0, kPageLimit, kPageLimit);
  auto after = read_page_token(input.optional("NextToken"));
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!after) co_return std::unexpected(after.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  auto user = co_await find_user(parts, *pool, std::move(username));
  if (!user) co_return std::unexpected(user.error());
  auto groups = groups_of(**pool, *user);
  // By name, so that a page token can say where the next page starts.
  std::ranges::sort(groups, {}, [](const auto& group) { return group->config.name; });
  co_return group_page(**pool, groups, *after, limit == 0 ? kPageLimit : limit);
}

Answer list_groups(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  const std::size_t limit = input.number("Limit", 0, kPageLimit, kPageLimit);
  auto after = read_page_token(input.optional("NextToken"));
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!after) co_return std::unexpected(after.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  std::vector<std::shared_ptr<const Group>> groups;
  for (const auto& [name, group] : (*pool)->groups) groups.push_back(group);
  co_return group_page(**pool, groups, *after, limit == 0 ? kPageLimit : limit);
}

Answer list_users_in_group(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  std::string group = input.required("GroupName");
  const std::size_t limit = input.number("Limit", 0, kPageLimit, kPageLimit);
  auto after = read_page_token(input.optional("NextToken"));
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!after) co_return std::unexpected(after.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  if (!(*pool)->groups.contains(group)) co_return errors::group_not_found();
  auto page =
      co_await parts.users.list_group(*pool, std::move(group), limit == 0 ? kPageLimit : limit, std::move(*after));
  if (!page) co_return std::unexpected(page.error());
  json::array users;
  for (const User& user : page->users) users.push_back(user_type(user));
  json::object shape{{"Users", std::move(users)}};
  if (page->next) shape["NextToken"] = page_token(*page->next);
  co_return shape;
}

}  // namespace gatehouse::identity
