// One request of the client and its response, on a socket that it opens or takes over.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "platform/http/connection_pool.hpp"
#include "platform/http/head.hpp"
#include "platform/http/url.hpp"

namespace gatehouse::http {

// Shared with the timer that may end it. Used on one loop only.
class Exchange {
 public:
  Exchange(Executor executor, const Url& url, std::size_t max_response_bytes)
      : url_(url), max_response_bytes_(max_response_bytes), socket_(executor), resolver_(executor) {}

  void use(Socket socket) { socket_ = std::move(socket); }
  // Finds the host's addresses and connects to the first that answers.
  Task<Result<void>> connect();
  // `bytes` is the whole request. Nothing of the exchange is left when this fails.
  Task<Result<Response>> run(const std::string& bytes, bool is_head);

  // Ends whatever is going on.
  void expire();
  bool is_expired() const { return is_expired_; }
  // No byte of a response came: the server may have closed a kept connection before it saw the request.
  bool is_unanswered() const { return !has_answer_; }
  // The connection after a response that left it usable.
  std::optional<Socket> release();

 private:
  using Resolver = net::ip::basic_resolver<net::ip::tcp, Executor>;

  Task<Result<std::vector<net::ip::tcp::endpoint>>> addresses();
  Task<Result<void>> read_head(ResponseHead& head, Response& response);
  Task<Result<void>> read_body(const Framing& framing, std::string& body);
  Task<Result<void>> read_chunked(std::string& body);
  Task<Result<void>> read_sized(std::uint64_t length, std::string& body);
  Task<Result<void>> read_to_end(std::string& body);
  Task<boost::system::error_code> read_more();

  std::unexpected<Error> failed(std::string_view why) const;
  std::unexpected<Error> too_large() const;

  const Url url_;
  const std::size_t max_response_bytes_;
  Socket socket_;
  Resolver resolver_;
  std::string buffer_;  // received, not yet used
  bool is_expired_ = false;
  bool has_answer_ = false;
  bool is_reusable_ = false;
};

}  // namespace gatehouse::http
