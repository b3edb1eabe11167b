#include "services/sites/answer.hpp"

#include "base/encoding.hpp"
#include "platform/http/compression.hpp"
#include "services/sites/key.hpp"

namespace gatehouse::sites {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kIdAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The part of a large file that a Range asks for.
class PartSource final : public http::BodySource {
 public:
  PartSource(std::shared_ptr<const http::BodySource> whole, std::uint64_t first, std::uint64_t count)
      : whole_(std::move(whole)), first_(first), count_(count) {}
  std::uint64_t size() const override { return count_; }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override {
    const std::uint64_t wanted = std::min<std::uint64_t>(out.size(), count_ - std::min(offset, count_));
    return whole_->read(first_ + offset, out.first(static_cast<std::size_t>(wanted)));
  }

 private:
  std::shared_ptr<const http::BodySource> whole_;
  std::uint64_t first_;
  std::uint64_t count_;
};

}  // namespace

std::string make_request_id(Random& random) { return random.text(kIdAlphabet, 16); }
std::string make_host_id(Random& random) { return base64_encode(random.bytes(56)); }

Answer::Answer(Objects& objects, Random& random, const http::Request& request, std::string_view mount)
    : objects_(objects),
      random_(random),
      request_(request),
      mount_(mount),
      request_id_(request.request_id.empty() ? make_request_id(random) : request.request_id) {}

// 404 where everybody may list the bucket, else S3 does not tell whether the key exists.
http::Response Answer::missing(const std::string& key) {
  if (config().hides_missing_keys)
    return error({.status = 403, .code = "AccessDenied", .message = "Access Denied", .details = {}}, true);
  return error(
      {.status = 404, .code = "NoSuchKey", .message = "The specified key does not exist.", .details = {{"Key", key}}},
      true);
}

http::Response Answer::error(ErrorPage page, bool use_document) {
  http::Response response;
  response.status = page.status;
  response.headers = http::Headers{{"x-amz-error-code", std::string(page.code)},
                                   {"x-amz-error-message", std::string(page.message)},
                                   {"Content-Type", std::string(kHtml)},
                                   {"Cache-Control", "no-cache"}};
  const bool has_document = use_document && !config().error_document.empty();
  const auto document = has_document ? objects_.find(config().error_document) : nullptr;
  page.lacks_error_document = has_document && !document;
  if (document) {
    response.headers.set("Content-Type", std::string(document->plain.headers.get("Content-Type")));
    response.shared_body = document->plain.bytes;
    response.source = document->source;
  } else {
    response.body = render(page, request_id_, make_host_id(random_), config().error_document);
  }
  for (const http::Header& field : config().headers) response.headers.set(field.name, field.value);
  return response;
}

http::Response Answer::redirect(std::string_view key) {
  http::Response response = error({.status = 302, .code = "Found", .message = "Resource Found", .details = {}}, false);
  response.headers.remove("x-amz-error-code");
  response.headers.remove("x-amz-error-message");
  response.headers.add("Location", std::string(mount_) + "/" + encode_key(key) + "/");
  return response;
}

http::Response Answer::not_modified(const Representation& form) {
  http::Response response;
  response.status = 304;
  response.headers = form.headers;
  response.headers.remove("Content-Type");  // what describes content that is not sent (RFC 9110 section 15.4.5)
  response.headers.remove("Content-Encoding");
  return response;
}

http::Response Answer::send_part(const Object& object, const RangeAnswer& range) {
  if (range.kind == RangeAnswer::Kind::kUnsatisfiable) {
    http::Response response = error(
        {.status = 416, .code = "InvalidRange", .message = "The requested range is not satisfiable", .details = {}},
        false);
    response.headers.add("Content-Range", fmt::format("bytes */{}", object.size));
    return response;
  }
  http::Response response;
  response.status = 206;
  response.headers = object.plain.headers;
  response.headers.add("Content-Range",
                       fmt::format("bytes {}-{}/{}", range.first, range.first + range.count - 1, object.size));
  if (object.source) {
    response.source = std::make_shared<PartSource>(object.source, range.first, range.count);
  } else {
    response.body = object.plain.bytes->substr(range.first, range.count);
  }
  return response;
}

http::Response Answer::send(const Object& object) {
  // A part is a part of the plain form; HEAD has no parts (RFC 9110 section 14.2).
  const bool asks_for_part = request_.method == "GET" && request_.headers.contains("Range");
  const bool compress =
      object.compressed && !asks_for_part && http::accepts_gzip(request_.headers.get("Accept-Encoding"));
  const Representation& form = compress ? *object.compressed : object.plain;

  const Precondition precondition = check_preconditions(request_.headers, form.etag, object.modified);
  if (precondition == Precondition::kNotModified) return not_modified(form);
  if (precondition == Precondition::kFailed) {
    return error({.status = 412,
                  .code = "PreconditionFailed",
                  .message = "At least one of the pre-conditions you specified did not hold",
                  .details = {}},
                 false);
  }
  if (asks_for_part) {
    const RangeAnswer range = read_range(request_.headers, object.size, form.etag, object.modified);
    if (range.kind != RangeAnswer::Kind::kWhole) return send_part(object, range);
  }
  http::Response response;
  response.headers = form.headers;
  response.shared_body = form.bytes;
  response.source = object.source;
  return response;
}

http::Response Answer::method_not_allowed() {
  http::Response response = error({.status = 405,
                                   .code = "MethodNotAllowed",
                                   .message = "The specified method is not allowed against this resource.",
                                   .details = {{"Method", request_.method}, {"ResourceType", "OBJECT"}}},
                                  false);
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

http::Response Answer::find(std::string_view path, Span& span) {
  if (request_.method != "GET" && request_.method != "HEAD") {
    span.explain("A website endpoint answers GET and HEAD only", "Send other methods to an API");
    return method_not_allowed();
  }
  Result<std::string> read = read_key(path);
  if (!read) return error({.status = 400, .code = read.error().code, .message = read.error().message}, true);
  std::string key = std::move(*read);
  const bool is_folder = key.empty() || key.ends_with('/');
  if (is_folder) key += config().index_suffix;
  if (const auto object = objects_.find(key)) return send(*object);
  if (!is_folder && objects_.find(key + "/" + config().index_suffix)) return redirect(key);

  span.explain(is_servable(key) ? "The website has no object " + key
                                : "Names that begin with a dot, and empty ones, are not served",
               "Put the file into the content folder of bucket " + config().bucket);
  return missing(key);
}

http::Response Answer::make(std::string_view path, Span& span) {
  http::Response response = find(path, span);
  response.headers.add("x-amz-request-id", request_id_);
  return response;
}

}  // namespace gatehouse::sites
