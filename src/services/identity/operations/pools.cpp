// DescribeUserPool, DescribeUserPoolClient, ListUserPools, ListUserPoolClients
#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kPageLimit = 60;
// EstimatedNumberOfUsers counts this far.
constexpr std::size_t kMostCounted = 10'000;

}  // namespace

Answer describe_user_pool(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  std::uint64_t count = 0;
  std::optional<std::string> next = "";
  while (next && count < kMostCounted) {
    auto page = co_await parts.users.list(*pool, 1000, *next);
    if (!page) co_return std::unexpected(page.error());
    count += page->users.size();
    next = page->next;
  }
  co_return json::object{{"UserPool", pool_type(**pool, count)}};
}

Answer describe_user_pool_client(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  const std::string client_id = input.required("ClientId");
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  const Client* client = (*pool)->find_client(client_id);
  if (client == nullptr) co_return errors::client_not_found(client_id);
  co_return json::object{{"UserPoolClient", client_type(**pool, *client)}};
}

Answer list_user_pools(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::size_t limit = input.number("MaxResults", 1, kPageLimit, 0);
  auto after = read_page_token(input.optional("NextToken"));
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!after) co_return std::unexpected(after.error());
  if (limit == 0) {
    co_return errors::invalid_parameter(
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must not be null");
  }
  json::array shapes;
  json::object page;
  std::string last;
  for (const PoolPtr& pool : parts.directory.all()) {
    if (pool->id <= *after) continue;
    if (shapes.size() == limit) {
      page["NextToken"] = page_token(last);
      break;
    }
    shapes.push_back(json::object{{"Id", pool->id},
                                  {"Name", pool->config.name},
                                  {"LambdaConfig", json::object{}},
                                  {"LastModifiedDate", epoch_seconds(pool->modified)},
                                  {"CreationDate", epoch_seconds(pool->created)}});
    last = pool->id;
  }
  page["UserPools"] = std::move(shapes);
  co_return page;
}

Answer list_user_pool_clients(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  const std::size_t limit = input.number("MaxResults", 1, kPageLimit, kPageLimit);
  auto after = read_page_token(input.optional("NextToken"));
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!after) co_return std::unexpected(after.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());
  json::array shapes;
  json::object page;
  std::string last;
  for (const auto& [id, client] : (*pool)->clients) {
    if (id <= *after) continue;
    if (shapes.size() == limit) {
      page["NextToken"] = page_token(last);
      break;
    }
    shapes.push_back(json::object{{"ClientId", id}, {"UserPoolId", pool_id}, {"ClientName", client->config.name}});
    last = id;
  }
  page["UserPoolClients"] = std::move(shapes);
  co_return page;
}

}  // namespace gatehouse::identity
