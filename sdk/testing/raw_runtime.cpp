// A bootstrap of its own that breaks the Runtime API's rules in the way that MODE says: for the tests of the process
// host. Answers events with "ok" or what went wrong.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "http_client.hpp"

namespace sdk = gatehouse::sdk;
using sdk::runtime::Deadline;

namespace {

sdk::runtime::HttpClient client;
std::string base;

int post(const std::string& path, std::string body, sdk::Headers headers = {}) {
  const auto response = client.send({"POST", base + path, std::move(headers), std::move(body)}, Deadline::max());
  return response ? response->status : -1;
}

void print(const std::string& line) {
  [[maybe_unused]] const auto written = ::write(1, (line + "\n").data(), line.size() + 1);
}

void answer(const std::string& mode, const std::string& id) {
  const std::string own = "invocation/" + id;
  if (mode == "garbage") {
    post(own + "/response", "\x01\x02 not json");
  } else if (mode == "wrong_id") {
    const int status = post("invocation/00000000-0000-0000-0000-000000000000/response", "{}");
    post(own + "/response", std::to_string(status));
  } else if (mode == "twice") {
    post(own + "/response", "1");
    print("second answer: " + std::to_string(post(own + "/response", "2")));
  } else if (mode == "empty_error") {
    post(own + "/error", "what?", {{"Lambda-Runtime-Function-Error-Type", "Own.Kind"}});
  } else if (mode == "unknown_path") {
    post(own + "/response", std::to_string(post("invocation/" + id + "/other", "{}")));
  } else if (mode == "answer_and_exit") {
    post(own + "/response", "\"bye\"");
    std::exit(0);
  } else {
    post(own + "/response", "\"ok\"");
  }
}

}  // namespace

int main() {
  const char* mode_text = std::getenv("MODE");
  const std::string mode = mode_text == nullptr ? "" : mode_text;
  base = std::string("http://") + std::getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/";
  print("starts");
  if (mode == "exits_before_next") return 4;
  if (mode == "never_asks") ::sleep(600);
  if (mode == "init_error") {
    post("init/error", R"({"errorMessage":"no database","errorType":"Init.NoDatabase"})");
    return 1;
  }
  for (;;) {
    const auto event = client.send({"GET", base + "invocation/next", {}, {}}, Deadline::max());
    if (!event || event->status != 200) return 1;
    answer(mode, std::string(event->headers.get("Lambda-Runtime-Aws-Request-Id")));
  }
}
