// The address that one function process speaks the Lambda Runtime API to: a listener of its own on loopback, that only
// this process and its descendants can use.
//
// AWS_LAMBDA_RUNTIME_API must be a plain host:port (several runtimes parse it as one), so the address itself can hold
// no secret: instead each connection's other end is looked up in the kernel and must belong to the process's family. A
// small server of its own and not platform/http's, because it must know the socket, runs on one loop, waits without
// limit for the next event and serves one client.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "services/functions/runtime_message.hpp"

namespace gatehouse::functions {

struct RuntimeAnswer {
  unsigned status = 202;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Belongs to one loop.
class RuntimeServer {
 public:
  // Answers one request of the process; may take as long as it likes.
  using Handler = std::function<Task<RuntimeAnswer>(RuntimeRequest request)>;

  static Result<std::unique_ptr<RuntimeServer>> listen(Executor executor, Handler handler);
  ~RuntimeServer();  // closes the listener and every connection

  const std::string& address() const;  // "127.0.0.1:PORT"
  // From now on this process and its descendants may connect; until then nobody.
  void admit(int pid);

 private:
  struct State;
  explicit RuntimeServer(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace gatehouse::functions
