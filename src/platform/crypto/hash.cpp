#include "platform/crypto/hash.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace gatehouse::crypto {
namespace {

// Fetching an algorithm takes a lock and a search over providers: each is fetched once and kept for good.
EVP_MD* fetch(const char* name) {
  EVP_MD* digest = EVP_MD_fetch(nullptr, name, nullptr);
  if (digest == nullptr) throw std::runtime_error(std::string("OpenSSL lacks the digest ") + name);
  return digest;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

std::string digest_of(const EVP_MD* digest, std::size_t size, std::string_view data) {
  // One context a thread: a digest then costs no allocation but its result.
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  std::string out(size, '\0');
  unsigned written = 0;
  if (!context || EVP_DigestInit_ex2(context.get(), digest, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), &written) != 1 ||
      written != size) {
    throw std::runtime_error("OpenSSL could not compute a digest");
  }
  return out;
}

std::unique_ptr<EVP_MAC_CTX, FreeContext> make_hmac_context() {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  std::unique_ptr<EVP_MAC_CTX, FreeContext> context{hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac)};
  char name[] = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                                OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), parameters.data()) != 1) {
    throw std::runtime_error("OpenSSL lacks HMAC with SHA-256");
  }
  return context;
}

}  // namespace

std::string sha256(std::string_view data) {
  static const EVP_MD* const digest = fetch("SHA256");
  return digest_of(digest, 32, data);
}

std::string sha1(std::string_view data) {
  static const EVP_MD* const digest = fetch("SHA1");
  return digest_of(digest, 20, data);
}

std::string md5(std::string_view data) {
  static const EVP_MD* const digest = fetch("MD5");
  return digest_of(digest, 16, data);
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  thread_local const std::unique_ptr<EVP_MAC_CTX, FreeContext> context = make_hmac_context();
  // A null key would mean "the key of the call before": an empty one needs an address too.
  const char* const key_bytes = key.data() == nullptr ? "" : key.data();
  std::string out(32, '\0');
  std::size_t written = 0;
  if (EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(key_bytes), key.size(), nullptr) != 1 ||
      EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(data.data()), data.size()) != 1 ||
      EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(out.data()), &written, out.size()) != 1 ||
      written != out.size()) {
    throw std::runtime_error("OpenSSL could not compute an HMAC");
  }
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace gatehouse::crypto
