#include "platform/crypto/seal.hpp"

#include <sodium.h>

#include <stdexcept>

#include "platform/crypto/hash.hpp"
#include "platform/crypto/key_file.hpp"
#include "platform/crypto/sodium.hpp"

namespace gatehouse::crypto {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(Sealer::kOverheadBytes == 1 + kNonceBytes + kTagBytes);
static_assert(Sealer::kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Sealer::Sealer(std::string key, Random& random) : key_(std::move(key)), random_(&random) {
  if (key_.size() != kKeyBytes) throw std::invalid_argument("a sealing key has 32 bytes");
  initialize_sodium();
}

Sealer::~Sealer() { wipe(key_); }

Result<Sealer> Sealer::open(const std::filesystem::path& key_file, Random& random) {
  Result<std::string> key = read_or_make_key_file(key_file, random);
  if (!key) return std::unexpected(std::move(key.error()));
  return Sealer{std::move(*key), random};
}

std::string Sealer::seal(std::string_view plain, std::string_view context) const {
  const std::string nonce = random_->bytes(kNonceBytes);
  std::string out(kOverheadBytes + plain.size(), '\0');
  out[0] = kFormat;
  std::ranges::copy(nonce, out.begin() + 1);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(out) + 1 + kNonceBytes, nullptr, bytes_of(plain), plain.size(),
                                             bytes_of(context), context.size(), nullptr, bytes_of(nonce),
                                             bytes_of(key_));
  return out;
}

Result<std::string> Sealer::unseal(std::string_view sealed, std::string_view context) const {
  if (sealed.size() < kOverheadBytes || sealed[0] != kFormat) {
    return fail(Error::Kind::kInternal, "", "Stored data cannot be decrypted", "sealed bytes of an unknown form");
  }
  const std::string_view nonce = sealed.substr(1, kNonceBytes);
  const std::string_view cipher = sealed.substr(1 + kNonceBytes);
  std::string out(cipher.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(out), nullptr, nullptr, bytes_of(cipher), cipher.size(),
                                                 bytes_of(context), context.size(), bytes_of(nonce),
                                                 bytes_of(key_)) != 0) {
    return fail(Error::Kind::kInternal, "", "Stored data cannot be decrypted",
                "sealed bytes were changed, moved, or sealed under another key file");
  }
  return out;
}

}  // namespace gatehouse::crypto
