#include "http_client.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::sdk::runtime {
namespace {

std::unexpected<Error> error(std::string code, std::string message) {
  return std::unexpected(Error{std::move(code), std::move(message)});
}
std::unexpected<Error> broken(std::string message) { return error("InvalidResponse", std::move(message)); }

template <typename Number>
std::optional<Number> to_number(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// A line break inside a header would let its value write headers of its own.
bool has_line_break(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

Result<std::string> write_head(const HttpRequest& request, const Url& url) {
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\n";
  if (request.method.empty() || request.method.find_first_of(" \r\n") != std::string::npos) {
    return error("InvalidRequest", "not a method");
  }
  if (!request.headers.contains("Host")) head += "Host: " + url.authority + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (has_line_break(name) || has_line_break(value)) return error("InvalidRequest", "a header holds a line break");
    if (equals_ignoring_case(name, "Content-Length") || equals_ignoring_case(name, "Transfer-Encoding")) continue;
    head += name + ": " + value + "\r\n";
  }
  const bool may_lack_length = request.method == "GET" || request.method == "HEAD" || request.method == "DELETE";
  if (!request.body.empty() || !may_lack_length) {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

// Reads one response off a stream. RFC 9112 sections 4 to 6.
class Reader {
 public:
  Reader(Stream& stream, Deadline deadline) : stream_(stream), deadline_(deadline) {}

  Result<HttpResponse> read(bool is_head_request) {
    HttpResponse response;
    do {  // 1xx answers announce the real one
      response = {};
      const Result<void> head = read_head(response);
      if (!head) return std::unexpected(head.error());
    } while (response.status >= 100 && response.status < 200);
    const bool has_no_body = is_head_request || response.status == 204 || response.status == 304;
    if (!has_no_body) {
      const Result<void> body = read_body(response);
      if (!body) return std::unexpected(body.error());
    }
    if (equals_ignoring_case(response.headers.get("Connection"), "close")) keeps_ = false;
    return response;
  }
  bool may_be_kept() const { return keeps_ && buffer_.empty(); }

 private:
  Result<bool> more() {
    if (buffer_.size() > HttpClient::kMaxResponseBytes) return broken("the answer is too large");
    return stream_.read(buffer_, deadline_);
  }

  Result<std::string> take_line(std::size_t max_bytes) {
    for (;;) {
      const std::size_t end = buffer_.find("\r\n");
      if (end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
      }
      if (buffer_.size() > max_bytes) return broken("the answer's headers are too large");
      const Result<bool> went_on = more();
      if (!went_on) return std::unexpected(went_on.error());
      if (!*went_on) return error("Unreachable", "the connection was closed before the answer's end");
    }
  }

  Result<void> read_head(HttpResponse& response) {
    Result<std::string> line = take_line(HttpClient::kMaxHeaderBytes);
    if (!line) return std::unexpected(line.error());
    if (!line->starts_with("HTTP/1.") || line->size() < 12) return broken("not an HTTP answer");
    const std::optional<int> status = to_number<int>(std::string_view(*line).substr(9, 3));
    if (!status) return broken("not an HTTP answer");
    response.status = *status;
    keeps_ = line->starts_with("HTTP/1.1");
    for (std::size_t total = 0; total <= HttpClient::kMaxHeaderBytes; total += line->size()) {
      line = take_line(HttpClient::kMaxHeaderBytes);
      if (!line) return std::unexpected(line.error());
      if (line->empty()) return {};
      const std::size_t colon = line->find(':');
      if (colon == std::string::npos || colon == 0) return broken("a malformed header");
      response.headers.add(line->substr(0, colon), std::string(trim(std::string_view(*line).substr(colon + 1))));
    }
    return broken("the answer's headers are too large");
  }

  Result<void> read_body(HttpResponse& response) {
    if (const std::string* encoding = response.headers.find("Transfer-Encoding")) {
      if (!equals_ignoring_case(*encoding, "chunked")) return broken("an unknown transfer encoding");
      return read_chunks(response.body);
    }
    if (const std::string* length = response.headers.find("Content-Length")) {
      const auto size = to_number<std::size_t>(*length);
      if (!size || *size > HttpClient::kMaxResponseBytes) return broken("the answer is too large");
      return take_bytes(*size, response.body);
    }
    keeps_ = false;
    for (;;) {
      const Result<bool> went_on = more();
      if (!went_on) return std::unexpected(went_on.error());
      if (!*went_on) break;
    }
    response.body = std::exchange(buffer_, {});
    return {};
  }

  Result<void> take_bytes(std::size_t size, std::string& out) {
    while (buffer_.size() < size) {
      const Result<bool> went_on = more();
      if (!went_on) return std::unexpected(went_on.error());
      if (!*went_on) return error("Unreachable", "the connection was closed before the answer's end");
    }
    out.append(buffer_, 0, size);
    buffer_.erase(0, size);
    return {};
  }

  Result<void> read_chunks(std::string& out) {
    for (;;) {
      Result<std::string> line = take_line(1024);
      if (!line) return std::unexpected(line.error());
      const auto size = to_number<std::size_t>(trim(std::string_view(*line).substr(0, line->find(';'))), 16);
      if (!size || *size > HttpClient::kMaxResponseBytes - out.size()) return broken("a malformed chunk");
      if (*size == 0) break;
      if (const Result<void> taken = take_bytes(*size, out); !taken) return taken;
      line = take_line(2);
      if (!line) return std::unexpected(line.error());
      if (!line->empty()) return broken("a malformed chunk");
    }
    for (;;) {  // trailers
      const Result<std::string> line = take_line(HttpClient::kMaxHeaderBytes);
      if (!line) return std::unexpected(line.error());
      if (line->empty()) return {};
    }
  }

  Stream& stream_;
  const Deadline deadline_;
  std::string buffer_;
  bool keeps_ = true;
};

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  Url url;
  if (text.starts_with("https://")) {
    url.origin.is_secure = true;
  } else if (!text.starts_with("http://")) {
    return std::nullopt;
  }
  text.remove_prefix(text.find("//") + 2);
  text = text.substr(0, text.find('#'));
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  std::string_view target = text.substr(end);
  if (authority.empty() || authority.find_first_of("@ \t\r\n") != authority.npos) return std::nullopt;
  if (std::ranges::any_of(target, [](char c) { return c <= ' ' || c == 127; })) return std::nullopt;
  url.authority = authority;
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  url.origin.port = url.origin.is_secure ? 443 : 80;
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != authority.npos && (bracket == authority.npos || colon > bracket)) {
    const auto port = to_number<std::uint16_t>(authority.substr(colon + 1));
    if (!port || *port == 0) return std::nullopt;
    url.origin.port = *port;
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  if (authority.empty()) return std::nullopt;
  url.origin.host = authority;
  return url;
}

std::unique_ptr<Stream> HttpClient::take_kept(const Origin& origin) {
  const auto found = std::ranges::find_if(kept_, [&](const auto& kept) { return kept.first == origin; });
  if (found == kept_.end()) return nullptr;
  std::unique_ptr<Stream> stream = std::move(found->second);
  kept_.erase(found);
  return stream->is_reusable() ? std::move(stream) : nullptr;
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request, Deadline deadline) {
  const std::optional<Url> url = Url::parse(request.url);
  if (!url) return error("InvalidUrl", "not an http or https URL");
  const Result<std::string> head = write_head(request, *url);
  if (!head) return std::unexpected(head.error());

  std::unique_ptr<Stream> stream = take_kept(url->origin);
  if (!stream) {
    Result<std::unique_ptr<Stream>> connected = Stream::connect(url->origin, deadline);
    if (!connected) return std::unexpected(connected.error());
    stream = std::move(*connected);
  }
  const Result<void> written = stream->write(*head + request.body, deadline);
  if (!written) return std::unexpected(written.error());
  Reader reader(*stream, deadline);
  Result<HttpResponse> response = reader.read(request.method == "HEAD");
  if (response && reader.may_be_kept()) {
    if (kept_.size() >= kMaxKept) kept_.erase(kept_.begin());
    kept_.emplace_back(url->origin, std::move(stream));
  }
  return response;
}

}  // namespace gatehouse::sdk::runtime
