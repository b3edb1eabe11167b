// GET /error, and what is not here. The text depends on known codes only: nothing of the query is shown.
#include "services/identity/pages/endpoints.hpp"
#include "services/identity/pages/layout.hpp"

namespace gatehouse::identity {
namespace {

std::string_view explanation(std::string_view error) {
  if (error == "redirect_mismatch") {
    return "The application asked to return to an address that is not registered for it. Its redirect_uri must be one "
           "of "
           "the app client's callback URLs (for a sign-out: logout URLs), character by character.";
  }
  if (error == "Required parameters missing") return "The application did not send client_id and redirect_uri.";
  if (error == "invalid_client") return "The application that sent you here is not known to this user pool.";
  return "The application sent a request that cannot be answered.";
}

}  // namespace

http::Response error_page(const DomainContext& context) {
  const auto parameters = read_query(context.request.query());
  Page page;
  page.status = 400;
  page.title = "An error was encountered";
  page.alert = explanation(parameters ? value_of(*parameters, "error") : "");
  page.content =
      "<p class=\"soft\">Go back to the application and try again. If you build it: the request's journey tells "
      "what differs.</p>\n";
  return render(context, page);
}

http::Response not_found_page(const DomainContext& context) {
  Page page;
  page.status = 404;
  page.title = "Not found";
  page.content = "<p>There is no such page here.</p>\n";
  return render(context, page);
}

}  // namespace gatehouse::identity
