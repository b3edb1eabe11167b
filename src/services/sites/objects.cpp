#include "services/sites/objects.hpp"

#include "base/encoding.hpp"
#include "base/time_format.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/http/compression.hpp"
#include "services/sites/content_type.hpp"
#include "services/sites/key.hpp"

namespace gatehouse::sites {
namespace {

constexpr std::size_t kMinCompressedBytes = 256;  // below this the gzip frame and the extra fields eat the gain
constexpr std::size_t kObjectOverhead = 2048;     // fields, lists and maps: empty files are not free either
constexpr int kReadAttempts = 3;                  // of a file that is being written

class FileSource final : public http::BodySource {
 public:
  explicit FileSource(File file) : file_(std::move(file)) {}
  std::uint64_t size() const override { return file_.version().size; }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override { return file_.read(offset, out); }

 private:
  File file_;
};

}  // namespace

Objects::Objects(WebsiteConfig config, SiteLimits limits, Timestamp started)
    : config_(std::move(config)), limits_(limits) {
  for (const auto& [key, file] : config_.objects)
    virtual_[key] = make_object(file.content, file.content_type, is_compressible(file.content_type), started);
}

http::Headers Objects::headers_of(std::string_view type, std::string_view etag, Timestamp modified) const {
  http::Headers headers;
  headers.reserve(config_.headers.size() + 8);
  headers.add("Last-Modified", format_http_date(modified));
  headers.add("ETag", std::string(etag));
  headers.add("Accept-Ranges", "bytes");
  headers.add("Content-Type", std::string(type));
  // S3 sends none unless the object has one, and browsers then guess for how long a page stays fresh: an edited file
  // would not show. The ETag makes asking again cheap.
  headers.add("Cache-Control", "no-cache");
  for (const http::Header& field : config_.headers) headers.set(field.name, field.value);
  return headers;
}

std::shared_ptr<const Object> Objects::make_object(std::string content, std::string_view type, bool compressible,
                                                   Timestamp modified) const {
  auto object = std::make_shared<Object>();
  object->modified = modified;
  object->size = content.size();
  const std::string digest = hex_encode(crypto::md5(content));  // an ETag as S3 makes it for a simple upload
  Representation& plain = object->plain;
  plain.etag = '"' + digest + '"';
  plain.headers = headers_of(type, plain.etag, modified);

  const bool may_compress = compressible && content.size() <= limits_.max_compressed_file_bytes;
  if (may_compress && content.size() >= kMinCompressedBytes) {
    auto packed = std::make_shared<const std::string>(http::gzip(content));
    if (packed->size() < content.size()) {
      plain.headers.add("Vary", "Accept-Encoding");
      Representation& compressed = object->compressed.emplace();
      compressed.etag = '"' + digest + "-gzip\"";  // other bytes, so another strong tag (RFC 9110 section 8.8.3.3)
      compressed.headers = headers_of(type, compressed.etag, modified);
      compressed.headers.add("Content-Encoding", "gzip");
      compressed.headers.add("Vary", "Accept-Encoding");
      compressed.bytes = std::move(packed);
    }
  }
  plain.bytes = std::make_shared<const std::string>(std::move(content));
  return object;
}

std::shared_ptr<const Object> Objects::make_large_object(File file, std::string_view type) const {
  auto object = std::make_shared<Object>();
  const FileVersion& version = file.version();
  object->modified = file.modified();
  object->size = version.size;
  // Hashing it for every request would cost more than sending it; S3's tags of large uploads are no MD5 either.
  object->plain.etag = fmt::format("\"{:x}-{:x}-{:x}\"", version.inode, version.size, version.modified_ns);
  object->plain.headers = headers_of(type, object->plain.etag, object->modified);
  object->source = std::make_shared<FileSource>(std::move(file));
  return object;
}

std::shared_ptr<const Object> Objects::load(const std::string& key, FileVersion& version) const {
  const ContentType type = content_type_of(key);
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    std::optional<File> file = File::open_beneath(config_.folder, key);
    if (!file) return nullptr;
    version = file->version();
    if (version.size > limits_.max_cached_file_bytes) return make_large_object(std::move(*file), type.name);
    std::optional<std::string> content = file->read_all();
    if (content) return make_object(std::move(*content), type.name, type.is_compressible, file->modified());
  }
  return nullptr;
}

Objects::Cached* Objects::look_up(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return &order_.front();
}

void Objects::forget(std::string_view key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  const Order::iterator entry = found->second;
  bytes_ -= entry->bytes;
  by_key_.erase(found);
  order_.erase(entry);
}

void Objects::remember(Cached cached) {
  forget(cached.key);
  if (cached.bytes > limits_.max_cached_bytes) return;
  while (bytes_ + cached.bytes > limits_.max_cached_bytes) forget(std::string(order_.back().key));
  bytes_ += cached.bytes;
  order_.push_front(std::move(cached));
  by_key_.emplace(order_.front().key, order_.begin());
}

std::shared_ptr<const Object> Objects::find(std::string_view key) {
  if (const auto found = virtual_.find(key); found != virtual_.end()) return found->second;
  if (config_.folder.empty() || !is_servable(key)) return nullptr;

  const SteadyTime now = std::chrono::steady_clock::now();
  std::shared_ptr<const Object> known;
  FileVersion known_version;
  {
    const std::scoped_lock lock(mutex_);
    if (Cached* cached = look_up(key)) {
      if (now - cached->checked < limits_.revalidate_after) return cached->object;
      known = cached->object;
      known_version = cached->version;
      cached->checked = now;  // whoever asks meanwhile gets what is known
    }
  }

  const std::string name(key);
  if (known) {
    const std::optional<File> file = File::open_beneath(config_.folder, name);
    if (file && file->version() == known_version) return known;
  }
  FileVersion version;
  std::shared_ptr<const Object> object = load(name, version);

  const std::scoped_lock lock(mutex_);
  if (!object || object->source) {
    forget(key);
    return object;
  }
  const std::size_t bytes =
      object->size + kObjectOverhead + (object->compressed ? object->compressed->bytes->size() + kObjectOverhead : 0);
  remember({.key = name, .object = object, .version = version, .bytes = bytes, .checked = now});
  return object;
}

}  // namespace gatehouse::sites
