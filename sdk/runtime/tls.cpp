#include "tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <poll.h>
#include <unistd.h>

#include <array>

namespace gatehouse::sdk::runtime {
namespace {

struct FreeSession {
  void operator()(SSL* session) const { ::SSL_free(session); }
};
using Session = std::unique_ptr<SSL, FreeSession>;

std::unexpected<Error> failed(std::string message) {
  std::array<char, 256> reason{};
  if (const unsigned long code = ::ERR_get_error(); code != 0) {
    ::ERR_error_string_n(code, reason.data(), reason.size());
    message += std::string(": ") + reason.data();
  }
  ::ERR_clear_error();
  return std::unexpected(Error{"Unreachable", std::move(message)});
}

// The authorities: SSL_CERT_FILE and OpenSSL's own place, then where Debian and Amazon Linux keep them (a statically
// linked OpenSSL looks in the place of the system that it was built on).
SSL_CTX* make_settings() {
  SSL_CTX* settings = ::SSL_CTX_new(::TLS_client_method());
  ::SSL_CTX_set_min_proto_version(settings, TLS1_2_VERSION);
  ::SSL_CTX_set_verify(settings, SSL_VERIFY_PEER, nullptr);
  ::SSL_CTX_set_default_verify_paths(settings);
  for (const char* bundle : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"}) {
    if (::access(bundle, R_OK) == 0) ::SSL_CTX_load_verify_file(settings, bundle);
  }
  ::ERR_clear_error();
  return settings;
}

class TlsStream final : public Stream {
 public:
  TlsStream(int descriptor, Session session) : descriptor_(descriptor), session_(std::move(session)) {}
  ~TlsStream() override {
    session_.reset();
    ::close(descriptor_);
  }

  Result<void> shake_hands(Deadline deadline) {
    const Result<int> done = repeat(deadline, [&] { return ::SSL_connect(session_.get()); });
    if (!done) return std::unexpected(done.error());
    if (*done > 0) return {};
    const long verdict = ::SSL_get_verify_result(session_.get());
    if (verdict != X509_V_OK) return failed(std::string("TLS: ") + ::X509_verify_cert_error_string(verdict));
    return failed("TLS handshake");
  }

  Result<void> write(std::string_view bytes, Deadline deadline) override {
    if (bytes.empty()) return {};
    // Without SSL_MODE_ENABLE_PARTIAL_WRITE one success means that everything is written.
    const Result<int> done =
        repeat(deadline, [&] { return ::SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())); });
    if (!done) return std::unexpected(done.error());
    if (*done <= 0) return failed("TLS write");
    return {};
  }

  Result<bool> read(std::string& out, Deadline deadline) override {
    std::array<char, 16 * 1024> buffer;
    const Result<int> count =
        repeat(deadline, [&] { return ::SSL_read(session_.get(), buffer.data(), static_cast<int>(buffer.size())); });
    if (!count) return std::unexpected(count.error());
    if (*count > 0) {
      out.append(buffer.data(), static_cast<std::size_t>(*count));
      return true;
    }
    // Only a proper close is an end: a cut connection could hide the rest of an answer.
    if (::SSL_get_error(session_.get(), *count) == SSL_ERROR_ZERO_RETURN) return false;
    return failed("TLS read");
  }

  bool is_reusable() override {
    pollfd waiting{descriptor_, POLLIN, 0};
    return ::SSL_pending(session_.get()) == 0 && ::poll(&waiting, 1, 0) == 0;
  }

 private:
  // Runs a non-blocking step until it is done or the deadline passed; its own result is returned.
  template <typename Step>
  Result<int> repeat(Deadline deadline, Step step) {
    for (;;) {
      ::ERR_clear_error();
      const int result = step();
      if (result > 0) return result;
      const int reason = ::SSL_get_error(session_.get(), result);
      if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) return result;
      const short events = reason == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
      if (!wait_for(descriptor_, events, deadline)) return std::unexpected(Error{"Timeout", "no answer in time"});
    }
  }

  const int descriptor_;
  Session session_;
};

}  // namespace

Result<std::unique_ptr<Stream>> start_tls(int descriptor, const std::string& host, Deadline deadline) {
  static SSL_CTX* const settings = make_settings();
  Session session(::SSL_new(settings));
  ::SSL_set_fd(session.get(), descriptor);
  // An address literal is matched against the certificate's addresses and is never sent as a name (RFC 6066 section 3).
  const bool is_address = ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session.get()), host.c_str()) == 1;
  if (!is_address) {
    ::SSL_set_tlsext_host_name(session.get(), host.c_str());
    ::SSL_set1_host(session.get(), host.c_str());
  }
  auto stream = std::make_unique<TlsStream>(descriptor, std::move(session));
  const Result<void> shaken = stream->shake_hands(deadline);
  if (!shaken) return std::unexpected(shaken.error());
  return stream;
}

}  // namespace gatehouse::sdk::runtime
