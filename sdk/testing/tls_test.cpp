#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "http_client.hpp"

namespace gatehouse::sdk::runtime {
namespace {

// A key with a self-signed certificate for `names` ("DNS:localhost").
struct Identity {
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;

  explicit Identity(const char* names) : key(::EVP_EC_gen("P-256")), certificate(::X509_new()) {
    ::X509_set_version(certificate, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate), 3600);
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(names), -1, -1, 0);
    ::X509_set_issuer_name(certificate, ::X509_get_subject_name(certificate));
    ::X509_set_pubkey(certificate, key);
    X509_EXTENSION* extension = ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    ::X509_add_ext(certificate, extension, -1);
    ::X509_EXTENSION_free(extension);
    ::X509_sign(certificate, key, ::EVP_sha256());
  }
  ~Identity() {
    ::X509_free(certificate);
    ::EVP_PKEY_free(key);
  }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
};

// Answers one request over TLS on loopback.
class TlsServer {
 public:
  explicit TlsServer(const Identity& identity) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 1);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this, &identity] { serve(identity); });
  }
  ~TlsServer() {
    thread_.join();
    ::close(listener_);
  }
  std::string port;

 private:
  void serve(const Identity& identity) const {
    SSL_CTX* settings = ::SSL_CTX_new(::TLS_server_method());
    ::SSL_CTX_use_certificate(settings, identity.certificate);
    ::SSL_CTX_use_PrivateKey(settings, identity.key);
    const int connection = ::accept(listener_, nullptr, nullptr);
    SSL* session = ::SSL_new(settings);
    ::SSL_set_fd(session, connection);
    if (::SSL_accept(session) == 1) {
      char buffer[1024];
      ::SSL_read(session, buffer, sizeof buffer);
      constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
      ::SSL_write(session, kAnswer.data(), static_cast<int>(kAnswer.size()));
      ::SSL_shutdown(session);
    }
    ::SSL_free(session);
    ::close(connection);
    ::SSL_CTX_free(settings);
  }

  int listener_;
  std::thread thread_;
};

// What this test program trusts: a certificate for this machine and one for another name.
struct Trusted {
  Identity here{"DNS:localhost,IP:127.0.0.1"};
  Identity elsewhere{"DNS:elsewhere.example,IP:127.0.0.2"};

  // Made before the first use of TLS, which reads SSL_CERT_FILE.
  Trusted() {
    const std::string path = ::testing::TempDir() + "gatehouse-sdk-test-" + std::to_string(::getpid()) + ".pem";
    FILE* file = std::fopen(path.c_str(), "w");
    ::PEM_write_X509(file, here.certificate);
    ::PEM_write_X509(file, elsewhere.certificate);
    std::fclose(file);
    ::setenv("SSL_CERT_FILE", path.c_str(), 1);
  }
};

const Trusted& trusted() {
  static const Trusted identities;
  return identities;
}

Result<HttpResponse> get(const std::string& url) {
  trusted();
  HttpClient client;
  return client.send({"GET", url, {}, {}}, std::chrono::steady_clock::now() + std::chrono::seconds{5});
}

TEST(Tls, TalksToAServerWhoseCertificateIsTrusted) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    TlsServer server(trusted().here);
    const Result<HttpResponse> response = get("https://" + std::string(host) + ":" + server.port + "/");
    ASSERT_TRUE(response) << host << ": " << response.error().message;
    EXPECT_EQ(response->body, "secret");
  }
}

TEST(Tls, RefusesACertificateThatNobodyVouchesFor) {
  const Identity stranger("DNS:localhost");
  TlsServer server(stranger);
  const Result<HttpResponse> response = get("https://localhost:" + server.port + "/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, "Unreachable");
  EXPECT_NE(response.error().message.find("TLS"), std::string::npos) << response.error().message;
}

TEST(Tls, RefusesACertificateForAnotherName) {
  for (const char* host : {"localhost", "127.0.0.1"}) {
    TlsServer server(trusted().elsewhere);
    const Result<HttpResponse> response = get("https://" + std::string(host) + ":" + server.port + "/");
    ASSERT_FALSE(response) << host;
    EXPECT_NE(response.error().message.find("mismatch"), std::string::npos) << response.error().message;
  }
}

}  // namespace
}  // namespace gatehouse::sdk::runtime
