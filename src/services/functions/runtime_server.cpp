#include "services/functions/runtime_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <set>

#include "base/log.hpp"
#include "platform/process/family.hpp"
#include "services/functions/invocation.hpp"
#include "services/functions/signal.hpp"

namespace gatehouse::functions {
namespace {

using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;
using Code = boost::system::error_code;

constexpr std::size_t kMaxConnections = 16;  // a runtime needs one or two

std::string write_answer(const RuntimeAnswer& answer, bool keeps) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, answer.status < 300 ? "OK" : "Refused");
  for (const auto& [name, value] : answer.headers) out += name + ": " + value + "\r\n";
  out += fmt::format("Content-Length: {}\r\n", answer.body.size());
  if (!keeps) out += "Connection: close\r\n";
  return out + "\r\n" + answer.body;
}

}  // namespace

struct RuntimeServer::State {
  State(Executor chosen, Handler answering) : executor(chosen), acceptor(chosen), handler(std::move(answering)) {}

  void close() {
    is_closed = true;
    Code ignored;
    acceptor.close(ignored);
    for (Socket* socket : connections) socket->close(ignored);
  }

  Executor executor;
  Acceptor acceptor;
  Handler handler;
  std::string address;
  int pid = 0;
  bool is_closed = false;
  std::set<Socket*> connections;
};

namespace {

// The members of State that its coroutines use, by value of a shared pointer to the whole.
template <typename State>
Task<void> serve_requests(std::shared_ptr<State> state, Socket& socket) {
  RuntimeParser parser(kMaxPayloadBytes);
  std::vector<char> buffer(64 * 1024);
  std::string_view received;
  for (;;) {
    RuntimeParser::Progress progress = parser.add(received);
    while (progress == RuntimeParser::Progress::kNeedsMore) {
      Code error;
      if (parser.take_expectation()) {
        co_await net::async_write(socket, net::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")),
                                  net::redirect_error(kUseTask, error));
      }
      const std::size_t count =
          co_await socket.async_read_some(net::buffer(buffer), net::redirect_error(kUseTask, error));
      if (error) co_return;
      progress = parser.add({buffer.data(), count});
    }
    if (progress == RuntimeParser::Progress::kMalformed) co_return;
    received = {};
    RuntimeRequest request = parser.take();
    parser.take_expectation();
    const bool keeps = request.keeps_connection();
    const RuntimeAnswer answer = co_await state->handler(std::move(request));
    if (state->is_closed) co_return;
    const std::string text = write_answer(answer, keeps);
    Code error;
    co_await net::async_write(socket, net::buffer(text), net::redirect_error(kUseTask, error));
    if (error || !keeps) co_return;
  }
}

template <typename State>
Task<void> serve(std::shared_ptr<State> state, Socket socket) {
  state->connections.insert(&socket);
  if (process::is_peer_of(socket.native_handle(), state->pid)) {
    co_await serve_requests(state, socket);
  } else {
    log::warn("a process that is not the function's own tried to use its Runtime API at {}", state->address);
  }
  state->connections.erase(&socket);
}

template <typename State>
Task<void> accept(std::shared_ptr<State> state) {
  while (!state->is_closed) {
    Code error;
    Socket socket = co_await state->acceptor.async_accept(net::redirect_error(kUseTask, error));
    if (state->is_closed) co_return;
    if (error) {  // out of descriptors: try again a little later
      Signal pause(state->executor);
      co_await pause.wait_until(Timer::clock_type::now() + std::chrono::milliseconds{50});
      continue;
    }
    if (state->pid == 0 || state->connections.size() >= kMaxConnections) continue;
    socket.set_option(net::ip::tcp::no_delay(true), error);
    net::co_spawn(state->executor, serve(state, std::move(socket)), net::detached);
  }
}

}  // namespace

Result<std::unique_ptr<RuntimeServer>> RuntimeServer::listen(Executor executor, Handler handler) {
  auto state = std::make_shared<State>(executor, std::move(handler));
  const net::ip::tcp::endpoint any_port(net::ip::address_v4::loopback(), 0);
  Code error;
  state->acceptor.open(any_port.protocol(), error);
  if (!error) state->acceptor.bind(any_port, error);
  if (!error) state->acceptor.listen(8, error);
  if (error) {
    return fail(Error::Kind::kUnavailable, "ServiceException", "The function could not be started",
                "no address for its Runtime API: " + error.message());
  }
  state->address = fmt::format("127.0.0.1:{}", state->acceptor.local_endpoint().port());
  net::co_spawn(executor, accept(state), net::detached);
  return std::unique_ptr<RuntimeServer>(new RuntimeServer(std::move(state)));
}

RuntimeServer::~RuntimeServer() { state_->close(); }

const std::string& RuntimeServer::address() const { return state_->address; }

void RuntimeServer::admit(int pid) { state_->pid = pid; }

}  // namespace gatehouse::functions
