#include "platform/crypto/rsa.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <atomic>
#include <stdexcept>

#include "platform/crypto/hash.hpp"

namespace gatehouse::crypto {
namespace {

constexpr int kMinModulusBits = 2048;
constexpr int kMaxModulusBits = 8192;  // verification grows with the square of it: a bound against costly keys

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Bignum = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

const EVP_MD* sha256_digest() {
  static EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}

// A key and operations made ready for it. Preparing one costs OpenSSL several allocations and searches, a good part of
// a verification: they are kept and lent out, one to a thread at a time.
class Key {
 public:
  enum class Use { kVerify, kSign };

  Key(Pkey key, Use use) : key_(std::move(key)), use_(use) {}
  ~Key() {
    for (auto& slot : ready_) EVP_PKEY_CTX_free(slot.load());
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  EVP_PKEY* get() const { return key_.get(); }

  PkeyContext borrow() const {
    for (auto& slot : ready_) {
      if (EVP_PKEY_CTX* context = slot.exchange(nullptr, std::memory_order_acq_rel)) return PkeyContext{context};
    }
    PkeyContext context{EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)};
    const auto start = use_ == Use::kVerify ? &EVP_PKEY_verify_init : &EVP_PKEY_sign_init;
    if (!context || start(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context.get(), sha256_digest()) != 1) {
      throw std::runtime_error("OpenSSL could not prepare an RSA operation");
    }
    return context;
  }

  void give_back(PkeyContext context) const {
    for (auto& slot : ready_) {
      EVP_PKEY_CTX* expected = nullptr;
      if (slot.compare_exchange_strong(expected, context.get(), std::memory_order_acq_rel)) {
        static_cast<void>(context.release());
        return;
      }
    }
  }

 private:
  Pkey key_;
  Use use_;
  mutable std::array<std::atomic<EVP_PKEY_CTX*>, 8> ready_{};
};

const Key& key_in(const std::shared_ptr<void>& pointer) { return *static_cast<const Key*>(pointer.get()); }
const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::unexpected<Error> refuse(std::string message) {
  ERR_clear_error();
  return fail(Error::Kind::kInvalid, "", std::move(message));
}

std::string number_parameter(const Key& key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), name, &number) != 1) throw std::runtime_error("an RSA key lacks a part");
  const Bignum owner{number};
  std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

Pkey public_key_of(const BIGNUM* modulus, const BIGNUM* exponent) {
  const std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>> builder{OSSL_PARAM_BLD_new()};
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
    return nullptr;
  }
  const std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> parameters{OSSL_PARAM_BLD_to_param(builder.get())};
  const PkeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return Pkey{key};
}

}  // namespace

Result<RsaPublicKey> RsaPublicKey::from_components(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kMaxModulusBits / 8 || exponent.size() > 8) return refuse("the RSA key is too large");
  const Bignum n{BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr)};
  const Bignum e{BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr)};
  if (!n || !e) return refuse("the RSA key cannot be read");
  if (BN_num_bits(n.get()) < kMinModulusBits) return refuse("the RSA modulus has fewer than 2048 bits");
  if (!BN_is_odd(n.get())) return refuse("the RSA modulus is even");
  if (!BN_is_odd(e.get()) || BN_is_one(e.get())) return refuse("the RSA exponent is not an odd number over 1");
  Pkey key = public_key_of(n.get(), e.get());
  if (!key) return refuse("the RSA key cannot be read");
  return RsaPublicKey{std::make_shared<Key>(std::move(key), Key::Use::kVerify)};
}

bool RsaPublicKey::verify(std::string_view message, std::string_view signature) const {
  const Key& key = key_in(key_);
  const std::string digest = sha256(message);
  PkeyContext context = key.borrow();
  const bool is_valid =
      EVP_PKEY_verify(context.get(), bytes_of(signature), signature.size(), bytes_of(digest), digest.size()) == 1;
  if (!is_valid) ERR_clear_error();  // a forged signature must not leave errors behind for the next TLS call to find
  key.give_back(std::move(context));
  return is_valid;
}

std::string RsaPublicKey::modulus() const { return number_parameter(key_in(key_), OSSL_PKEY_PARAM_RSA_N); }
std::string RsaPublicKey::exponent() const { return number_parameter(key_in(key_), OSSL_PKEY_PARAM_RSA_E); }

RsaPrivateKey RsaPrivateKey::generate() {
  Pkey key{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(kMinModulusBits))};
  if (!key) throw std::runtime_error("OpenSSL could not generate an RSA key");
  return RsaPrivateKey{std::make_shared<Key>(std::move(key), Key::Use::kSign)};
}

Result<RsaPrivateKey> RsaPrivateKey::from_pem(std::string_view pem) {
  const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!bio) return refuse("the private key cannot be read");
  // An encrypted key has no password here; without this callback OpenSSL would ask for one at the terminal.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Pkey key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
  if (!key) return refuse("the private key is not an unencrypted PEM key");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return refuse("the private key is not an RSA key");
  const int bits = EVP_PKEY_get_bits(key.get());
  if (bits < kMinModulusBits || bits > kMaxModulusBits) return refuse("the RSA key must have 2048 to 8192 bits");
  return RsaPrivateKey{std::make_shared<Key>(std::move(key), Key::Use::kSign)};
}

std::string RsaPrivateKey::to_pem() const {
  const Bio bio{BIO_new(BIO_s_secmem())};
  if (!bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key_in(key_).get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not write an RSA key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string RsaPrivateKey::sign(std::string_view message) const {
  const Key& key = key_in(key_);
  const std::string digest = sha256(message);
  PkeyContext context = key.borrow();
  std::string out(static_cast<std::size_t>(EVP_PKEY_get_size(key.get())), '\0');
  std::size_t size = out.size();
  if (EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes_of(digest),
                    digest.size()) != 1) {
    throw std::runtime_error("OpenSSL could not sign");
  }
  out.resize(size);
  key.give_back(std::move(context));
  return out;
}

RsaPublicKey RsaPrivateKey::public_key() const {
  const Key& key = key_in(key_);
  BIGNUM* n = nullptr;
  BIGNUM* e = nullptr;
  EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_N, &n);
  EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &e);
  const Bignum modulus{n};
  const Bignum exponent{e};
  Pkey half = public_key_of(n, e);
  if (!half) throw std::runtime_error("OpenSSL could not take the public half of an RSA key");
  return RsaPublicKey{std::make_shared<Key>(std::move(half), Key::Use::kVerify)};
}

}  // namespace gatehouse::crypto
