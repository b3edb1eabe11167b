#include "services/functions/runtime_message.hpp"

#include <charconv>

#include "base/text.hpp"

namespace gatehouse::functions {
namespace {

std::optional<std::size_t> to_size(std::string_view text, int base) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return size;
}

}  // namespace

std::string_view RuntimeRequest::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_name) return value;
  }
  return {};
}

bool RuntimeRequest::keeps_connection() const { return !equals_ignoring_case(header("connection"), "close"); }

RuntimeParser::Progress RuntimeParser::add(std::string_view bytes) {
  buffer_.append(bytes);
  return advance();
}

RuntimeRequest RuntimeParser::take() {
  step_ = Step::kHead;
  return std::exchange(request_, {});
}

RuntimeParser::Progress RuntimeParser::advance() {
  if (step_ == Step::kComplete) return Progress::kComplete;
  if (step_ == Step::kHead) {
    const Progress head = read_head();
    if (head != Progress::kComplete) return head;
  }
  if (step_ == Step::kSizedBody) {
    const std::size_t count = std::min(body_left_, buffer_.size());
    keep(std::string_view(buffer_).substr(0, count));
    buffer_.erase(0, count);
    body_left_ -= count;
    if (body_left_ > 0) return Progress::kNeedsMore;
    step_ = Step::kComplete;
  }
  return step_ == Step::kComplete ? Progress::kComplete : read_chunks();
}

// RFC 9112 sections 3, 5 and 6.
RuntimeParser::Progress RuntimeParser::read_head() {
  const std::size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos) return buffer_.size() > kMaxHeadBytes ? Progress::kMalformed : Progress::kNeedsMore;
  const std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);

  std::string_view rest = head;
  const std::size_t line_end = rest.find("\r\n");
  const std::vector<std::string_view> line = split(rest.substr(0, line_end), ' ');
  if (line.size() != 3 || line[0].empty() || !line[1].starts_with('/') || !line[2].starts_with("HTTP/1.")) {
    return Progress::kMalformed;
  }
  request_.method = line[0];
  request_.path = line[1];
  for (rest.remove_prefix(line_end + 2); !rest.empty();) {
    const std::size_t field_end = rest.find("\r\n");
    const std::string_view field = rest.substr(0, field_end);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || colon == 0) return Progress::kMalformed;
    request_.headers.emplace_back(lower(field.substr(0, colon)), trim(field.substr(colon + 1)));
    rest.remove_prefix(field_end + 2);
  }
  expects_continue_ = equals_ignoring_case(request_.header("expect"), "100-continue");

  if (const std::string_view encoding = request_.header("transfer-encoding"); !encoding.empty()) {
    if (!equals_ignoring_case(encoding, "chunked")) return Progress::kMalformed;
    step_ = Step::kChunkSize;
    return Progress::kComplete;
  }
  const std::string_view length = request_.header("content-length");
  const std::optional<std::size_t> size = length.empty() ? std::size_t{0} : to_size(length, 10);
  if (!size) return Progress::kMalformed;
  body_left_ = *size;
  step_ = Step::kSizedBody;
  return Progress::kComplete;
}

RuntimeParser::Progress RuntimeParser::read_chunks() {
  for (;;) {
    if (step_ == Step::kChunkData) {
      const std::size_t count = std::min(body_left_, buffer_.size());
      keep(std::string_view(buffer_).substr(0, count));
      buffer_.erase(0, count);
      body_left_ -= count;
      if (body_left_ > 0) return Progress::kNeedsMore;
      step_ = Step::kChunkEnd;
    }
    const std::size_t end = buffer_.find("\r\n");
    if (end == std::string::npos) return buffer_.size() > kMaxHeadBytes ? Progress::kMalformed : Progress::kNeedsMore;
    const std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    if (step_ == Step::kChunkSize) {
      const auto size = to_size(trim(std::string_view(line).substr(0, line.find(';'))), 16);
      if (!size) return Progress::kMalformed;
      body_left_ = *size;
      step_ = *size == 0 ? Step::kTrailers : Step::kChunkData;
    } else if (step_ == Step::kChunkEnd) {
      if (!line.empty()) return Progress::kMalformed;
      step_ = Step::kChunkSize;
    } else if (line.empty()) {
      step_ = Step::kComplete;
      return Progress::kComplete;
    }
  }
}

void RuntimeParser::keep(std::string_view bytes) {
  if (request_.is_body_too_large) return;
  if (request_.body.size() + bytes.size() > max_body_bytes_) {
    request_.is_body_too_large = true;
    request_.body.clear();
    return;
  }
  request_.body.append(bytes);
}

}  // namespace gatehouse::functions
