// The requests of the Runtime API, read off a byte stream: the part of HTTP/1.1 that its clients use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::functions {

struct RuntimeRequest {
  std::string method;
  std::string path;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  bool is_body_too_large = false;  // the body was dropped

  std::string_view header(std::string_view lower_name) const;
  bool keeps_connection() const;
};

// Takes bytes as they come. One request at a time: take() before the next.
class RuntimeParser {
 public:
  static constexpr std::size_t kMaxHeadBytes = 32 * 1024;

  explicit RuntimeParser(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

  enum class Progress { kNeedsMore, kComplete, kMalformed };
  Progress add(std::string_view bytes);
  // The complete request; what follows it stays for the next add().
  RuntimeRequest take();
  // True once, when the client waits for "100 Continue" before it sends its body.
  bool take_expectation() { return std::exchange(expects_continue_, false); }

 private:
  Progress advance();
  Progress read_head();
  Progress read_chunks();
  void keep(std::string_view bytes);

  enum class Step { kHead, kSizedBody, kChunkSize, kChunkData, kChunkEnd, kTrailers, kComplete };

  const std::size_t max_body_bytes_;
  std::string buffer_;
  Step step_ = Step::kHead;
  std::size_t body_left_ = 0;
  bool expects_continue_ = false;
  RuntimeRequest request_;
};

}  // namespace gatehouse::functions
