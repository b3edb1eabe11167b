// HTTP messages as the house passes them around: parsed, bounded, complete.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse {
class Journey;
}

namespace gatehouse::http {

struct Header {
  std::string name;  // spelled as it was received or set
  std::string value;
};

// Header fields in order. Names compare without case (RFC 9110 section 5.1). A flat list: real messages carry few.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_(fields) {}

  // The first field of that name, or null.
  const std::string* find(std::string_view name) const;
  std::string_view get(std::string_view name) const;  // empty when absent
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  std::size_t count(std::string_view name) const;

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  void set(std::string_view name, std::string value);  // replaces all fields of that name
  void remove(std::string_view name);
  void clear() { fields_.clear(); }

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  auto begin() { return fields_.begin(); }
  auto end() { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  void reserve(std::size_t count) { fields_.reserve(count); }

 private:
  std::vector<Header> fields_;
};

struct Request {
  std::string method;  // as received: methods are case-sensitive
  std::string target;  // origin form "/path?query", still percent-encoded, always begins with "/"
  Headers headers;
  std::string body;

  std::string peer_address;  // the client's IP address (a trusted proxy's word for it, where one is configured)
  bool is_secure = false;    // came over TLS
  // The body was larger than the server takes and was dropped: answer 413 in the words of the service.
  bool body_too_large = false;
  // Where spans go; null when nobody records. Lives longer than the handling of the request.
  Journey* journey = nullptr;
  // Set by the front for every request from outside: what the answer's x-amzn-RequestId says.
  std::string request_id;

  std::string_view path() const;   // without the query, still encoded
  std::string_view query() const;  // without the "?", still encoded; empty when absent
};

// A body too large to hold: read block by block while it is sent. One response's; read on that connection's loop.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::uint64_t size() const = 0;
  // Fills `out` with the bytes from `offset` on; how many there were. 0 before the end says that reading failed: the
  // connection ends, since the promised length cannot be kept.
  virtual std::size_t read(std::uint64_t offset, std::span<char> out) const = 0;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
  // Instead of `body`, for content that many responses share (a cached file).
  std::shared_ptr<const std::string> shared_body;
  // Instead of both, for content that no memory should hold (a large file).
  std::shared_ptr<const BodySource> source;
  // With an empty body: the Content-Length to state for HEAD; the server never sends a body for HEAD, 204 and 304.
  std::optional<std::uint64_t> content_length;
  bool close = false;  // end the connection after this response

  std::string_view content() const { return shared_body ? std::string_view(*shared_body) : std::string_view(body); }
};

std::string_view reason_phrase(unsigned status);

// A response with a body and its type.
Response make_response(unsigned status, std::string_view content_type, std::string body);

}  // namespace gatehouse::http
