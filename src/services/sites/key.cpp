#include "services/sites/key.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gatehouse::sites {

Result<std::string> read_key(std::string_view encoded_path) {
  if (encoded_path.starts_with('/')) encoded_path.remove_prefix(1);
  std::optional<std::string> key = percent_decode(encoded_path);
  if (!key || key->contains('\0') || !is_utf8(*key))
    return fail(Error::Kind::kInvalid, "InvalidURI", "Couldn't parse the specified URI.");
  if (key->size() > kMaxKeyBytes) return fail(Error::Kind::kInvalid, "KeyTooLongError", "Your key is too long");
  return std::move(*key);
}

bool is_servable(std::string_view key) {
  if (key.starts_with(".well-known/")) key.remove_prefix(std::string_view(".well-known/").size());
  for (;;) {
    const std::size_t slash = key.find('/');
    const std::string_view part = key.substr(0, slash);
    if (part.empty() || part.front() == '.') return false;
    if (slash == std::string_view::npos) return true;
    key.remove_prefix(slash + 1);
  }
}

std::string encode_key(std::string_view key) { return percent_encode(key, "/"); }

}  // namespace gatehouse::sites
