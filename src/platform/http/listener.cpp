#include "platform/http/listener.hpp"

#include <sys/socket.h>

#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>

namespace gatehouse::http {
namespace {

using boost::system::error_code;
using Endpoint = net::ip::tcp::endpoint;

constexpr int kBacklog = 4096;  // the kernel cuts it to net.core.somaxconn

std::unexpected<Error> cannot_listen(const Endpoint& endpoint, const error_code& error) {
  const std::string address = endpoint.address().to_string();
  if (error == boost::system::errc::address_in_use) {
    return fail(
        Error::Kind::kUnavailable, "AddressInUse",
        fmt::format("{} port {} is in use by another process: stop that one, or choose another port with --port "
                    "and --site-port",
                    address, endpoint.port()));
  }
  std::string message = fmt::format("cannot listen on {} port {}: {}", address, endpoint.port(), error.message());
  if (error == boost::system::errc::permission_denied) message += "; ports below 1024 need privileges, see --port";
  const bool is_foreign = error == boost::system::errc::address_not_available;
  return fail(Error::Kind::kUnavailable, is_foreign ? "AddressNotAvailable" : "", std::move(message));
}

error_code share_port(Acceptor& acceptor) {
  const int on = 1;
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) return {};
  return {errno, boost::system::system_category()};
}

Result<Acceptor> open_acceptor(net::io_context& loop, const Endpoint& endpoint, bool joins_siblings) {
  error_code error;
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol(), error);
  // For connections of a former process that still wait in the kernel; on Linux it lets nobody share a listening port.
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(net::ip::v6_only(true), error);
  if (!error && joins_siblings) error = share_port(acceptor);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (error) return cannot_listen(endpoint, error);
  return acceptor;
}

}  // namespace

Result<std::vector<Acceptor>> open_acceptors(Loops& loops, const std::string& address, std::uint16_t port) {
  error_code error;
  const auto parsed = net::ip::make_address(address, error);
  if (error) return fail(Error::Kind::kInvalid, "", fmt::format("--bind {} is not an IP address", address));

  std::vector<Acceptor> acceptors;
  Endpoint endpoint(parsed, port);
  for (std::size_t i = 0; i < loops.size(); ++i) {
    Result<Acceptor> acceptor = open_acceptor(loops.at(i), endpoint, i > 0);
    if (!acceptor) return std::unexpected(acceptor.error());
    acceptors.push_back(std::move(*acceptor));
    if (i > 0) continue;
    endpoint.port(acceptors.front().local_endpoint().port());  // the one that port 0 came to
    if (const error_code refused = loops.size() > 1 ? share_port(acceptors.front()) : error_code(); refused)
      return cannot_listen(endpoint, refused);
  }
  return acceptors;
}

}  // namespace gatehouse::http
