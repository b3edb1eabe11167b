// The hosted pages: one function each.
#pragma once

#include "base/task.hpp"
#include "services/identity/pages/context.hpp"

namespace gatehouse::identity {

Task<http::Response> login_page(DomainContext& context);
Task<http::Response> new_password_page(DomainContext& context);
Task<http::Response> logout_page(DomainContext& context);
http::Response error_page(const DomainContext& context);
http::Response not_found_page(const DomainContext& context);

}  // namespace gatehouse::identity
