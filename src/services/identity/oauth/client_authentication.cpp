#include "services/identity/oauth/client_authentication.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/http/message.hpp"
#include "services/identity/client_rules.hpp"
#include "services/identity/pages/context.hpp"

namespace gatehouse::identity {
namespace {

struct Claimed {
  std::string client_id;
  std::string secret;
  bool has_secret = false;
};

std::unexpected<Error> refused(Span& span, std::string code, std::string cause, std::string cure) {
  span.explain(cause, std::move(cure));
  return fail(Error::Kind::kUnauthenticated, std::move(code), "Client authentication failed", std::move(cause));
}

Result<Claimed> read_basic(std::string_view header, Span& span) {
  const auto malformed = [&] {
    return refused(span, "invalid_request", "The Authorization header is not valid HTTP Basic.",
                   "Send base64(client_id:client_secret), or the secret in the form, not both.");
  };
  if (header.size() < 6 || !equals_ignoring_case(header.substr(0, 6), "basic ")) return malformed();
  const auto pair = base64_decode(trim(header.substr(6)));
  if (!pair) return malformed();
  const std::size_t colon = pair->find(':');
  if (colon == std::string::npos) return malformed();
  // RFC 6749 section 2.3.1: both halves are form-encoded first.
  auto id = percent_decode(std::string_view(*pair).substr(0, colon), true);
  auto secret = percent_decode(std::string_view(*pair).substr(colon + 1), true);
  if (!id || !secret) return malformed();
  return Claimed{std::move(*id), std::move(*secret), true};
}

Result<Claimed> read_claim(const http::Request& request, const http::Parameters& form, Span& span) {
  const std::string* in_form = http::find_parameter(form, "client_secret");
  const std::string named = value_of(form, "client_id");
  if (http::find_parameter(form, "client_assertion") != nullptr) {
    return refused(span, "invalid_client", "client_assertion is not supported.",
                   "Use client_secret_basic or client_secret_post.");
  }
  const std::string* header = request.headers.find("Authorization");
  if (header == nullptr) return Claimed{named, in_form == nullptr ? "" : *in_form, in_form != nullptr};
  if (in_form != nullptr || request.headers.count("Authorization") > 1) {
    return refused(span, "invalid_request", "The client authenticates in two ways at once.",
                   "Send the secret either in the Authorization header or in the form.");
  }
  auto claimed = read_basic(*header, span);
  if (claimed && !named.empty() && named != claimed->client_id) {
    return refused(span, "invalid_request", "client_id in the form is another than in the Authorization header.",
                   "Send the same client_id in both, or leave it out of the form.");
  }
  return claimed;
}

}  // namespace

Result<const Client*> authenticate_client(const Pool& pool, const http::Request& request, const http::Parameters& form,
                                          Span& span) {
  const auto claimed = read_claim(request, form, span);
  if (!claimed) return std::unexpected(claimed.error());
  if (claimed->client_id.empty()) {
    return refused(span, "invalid_request", "client_id is missing.", "Send client_id in the form or by HTTP Basic.");
  }
  const Client* client = pool.find_client(claimed->client_id);
  if (client == nullptr) {
    return refused(span, "invalid_client", "The pool has no client with this client_id.",
                   "Use the client id from the stack's outputs, and the domain of its own pool.");
  }
  span.note("client", client->id);
  if (client->is_public() && claimed->has_secret && !claimed->secret.empty()) {
    return refused(span, "invalid_client", "The client has no secret, but one was sent.", "Leave the secret out.");
  }
  if (!client->is_public() && !claimed->has_secret) {
    return refused(span, "invalid_client", "The client has a secret, but none was sent.",
                   "Send it by HTTP Basic or as client_secret.");
  }
  if (!is_right_secret(*client, claimed->secret)) {
    return refused(span, "invalid_client", "The client secret is wrong.",
                   "Read it with describe-user-pool-client; a new client has a new secret.");
  }
  return client;
}

}  // namespace gatehouse::identity
