// Where a browser may be sent back to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::identity {

// A registered callback or logout URL: absolute, without fragment and user information; http only for the machine
// itself (Cognito: CallbackURLs). Schemes that could run script are refused.
Result<void> check_redirect_uri(std::string_view property, const std::string& uri);

// In which part a given URI differs from the registered one that is nearest to it: for the journey.
std::string explain_mismatch(std::string_view given, const std::vector<std::string>& registered);

// What a Content-Security-Policy's form-action needs to let a form's answer redirect there: an origin or a scheme.
std::string source_expression(std::string_view uri);

// Adds parameters to a URI that may have a query already.
std::string with_parameters(std::string_view uri, const http::Parameters& parameters);

}  // namespace gatehouse::identity
