// The HTTP server with a handler that answers 200 at once: what the server itself costs. bench/http/run.sh compares it
// with nginx `return 200`.
//
//   bench_http_server PORT
#include <csignal>
#include <cstdio>

#include "base/text.hpp"
#include "platform/http/server.hpp"

namespace {

using namespace gatehouse;

class Hello final : public http::Handler {
 public:
  Task<http::Response> handle(http::Request&) override { co_return http::make_response(200, "text/plain", "Hello\n"); }
};

}  // namespace

int main(int count, char** arguments) {
  const std::optional<std::uint64_t> port = count == 2 ? parse_unsigned(arguments[1]) : std::nullopt;
  if (!port || *port > 65535) {
    std::fputs("usage: bench_http_server PORT\n", stderr);
    return 2;
  }
  Hello hello;
  http::Loops loops(1);
  http::Server server(loops, {});
  const Result<std::uint16_t> bound = server.listen("127.0.0.1", static_cast<std::uint16_t>(*port), hello);
  if (!bound) {
    std::fprintf(stderr, "%s\n", bound.error().message.c_str());
    return 1;
  }
  std::printf("ready %u\n", *bound);
  std::fflush(stdout);
  loops.run();
}
