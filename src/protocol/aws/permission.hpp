// Asks a caller's policies about one action, and says so in the request's journey.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/journey.hpp"
#include "base/result.hpp"
#include "protocol/aws/caller.hpp"

namespace gatehouse::aws {

// Every resource must be allowed. The error is AWS's AccessDeniedException with its text.
Result<void> check_permission(const Caller& caller, std::string_view action, const std::vector<std::string>& resources,
                              Span& span);

// Puts the error into the span with a cure, where one is known by the error's code.
void explain_refusal(Span& span, const Error& error);

}  // namespace gatehouse::aws
