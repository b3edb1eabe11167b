#include "services/identity/errors.hpp"
#include "services/identity/operations/input.hpp"
#include "services/identity/operations/operations.hpp"
#include "services/identity/operations/output.hpp"
#include "services/identity/operations/user_filter.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::size_t kPageLimit = 60;
// A filter may match few: a call reads this many users at most, then hands out a token (pages may be empty, as Cognito
// says).
constexpr std::size_t kMostRead = 3000;

void keep_only(json::object& user, const std::vector<std::string>& wanted) {
  json::array kept;
  for (const json::value& attribute : user.at("Attributes").as_array()) {
    const auto name = string_member(attribute.get_object(), "Name");
    if (name && std::ranges::find(wanted, *name) != wanted.end()) kept.push_back(attribute);
  }
  user["Attributes"] = std::move(kept);
}

}  // namespace

Answer list_users(Parts& parts, const aws::Call& call) {
  Input input(call);
  const std::string pool_id = input.required("UserPoolId");
  const std::vector<std::string> wanted = input.list("AttributesToGet");
  std::size_t limit = input.number("Limit", 0, kPageLimit, kPageLimit);
  if (limit == 0) limit = kPageLimit;
  auto after = read_page_token(input.optional("PaginationToken"));
  const auto filter = UserFilter::parse(input.optional("Filter"));
  if (auto checked = input.check(); !checked) co_return std::unexpected(checked.error());
  if (!after) co_return std::unexpected(after.error());
  if (!filter) co_return std::unexpected(filter.error());
  auto pool = find_pool(parts, pool_id);
  if (!pool) co_return std::unexpected(pool.error());

  json::array users;
  std::optional<std::string> next = *after;
  for (std::size_t read = 0; next && users.size() < limit && read < kMostRead;) {
    // No more than can still be answered: so the token is always the end of what was read.
    auto page = co_await parts.users.list(*pool, limit - users.size(), *next);
    if (!page) co_return std::unexpected(page.error());
    read += std::max<std::size_t>(page->users.size(), 1);
    for (const User& user : page->users) {
      if (!filter->matches(user)) continue;
      json::object shape = user_type(user);
      if (!wanted.empty()) keep_only(shape, wanted);
      users.push_back(std::move(shape));
    }
    next = page->next;
  }
  json::object shape{{"Users", std::move(users)}};
  if (next) shape["PaginationToken"] = page_token(*next);
  co_return shape;
}

}  // namespace gatehouse::identity
