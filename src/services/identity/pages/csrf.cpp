#include "services/identity/pages/csrf.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/seal.hpp"

namespace gatehouse::identity {
namespace {

constexpr std::int64_t kLifetimeMs = 3'600'000;

std::string context_of(const DomainContext& context) {
  return fmt::format("identity/csrf/{}/{}", context.pool->id, context.domain);
}

// The token's age in milliseconds; nothing when it was not made here for this session.
std::optional<std::int64_t> age_of(const DomainContext& context, std::string_view session_hash,
                                   std::string_view token) {
  if (token.empty() || token.size() > 512) return std::nullopt;
  const auto sealed = base64url_decode(token);
  if (!sealed) return std::nullopt;
  const auto plain = context.parts.around.sealer.unseal(*sealed, context_of(context));
  if (!plain) return std::nullopt;
  const std::size_t space = plain->find(' ');
  if (space == std::string::npos) return std::nullopt;
  const auto issued = parse_unsigned(std::string_view(*plain).substr(0, space));
  if (!issued || std::string_view(*plain).substr(space + 1) != session_hash) return std::nullopt;
  return context.parts.around.clock.now_ms() - static_cast<std::int64_t>(*issued);
}

}  // namespace

std::string csrf_token(const DomainContext& context, std::string_view session_hash) {
  if (const auto present = context.cookie(kCsrfCookie)) {
    const auto age = age_of(context, session_hash, *present);
    if (age && *age >= 0 && *age < kLifetimeMs / 2) return *present;
  }
  const std::string plain = fmt::format("{} {}", context.parts.around.clock.now_ms(), session_hash);
  return base64url_encode(context.parts.around.sealer.seal(plain, context_of(context)));
}

bool is_csrf_token(const DomainContext& context, std::string_view session_hash, std::string_view from_form) {
  const auto from_cookie = context.cookie(kCsrfCookie);
  if (!from_cookie || !crypto::equal_in_constant_time(*from_cookie, from_form)) return false;
  const auto age = age_of(context, session_hash, from_form);
  return age && *age >= 0 && *age < kLifetimeMs;
}

}  // namespace gatehouse::identity
