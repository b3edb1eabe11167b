// Listening sockets, one a loop on the same port.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "platform/http/server.hpp"

namespace gatehouse::http {

using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;

// Binds `port` of `address` on every loop and listens. Nobody else can hold or take the port: the first socket binds
// without SO_REUSEPORT, so it fails where anybody listens already, and only then lets its siblings in; a second process
// that starts in the same moment fails in the same way.
Result<std::vector<Acceptor>> open_acceptors(Loops& loops, const std::string& address, std::uint16_t port);

}  // namespace gatehouse::http
