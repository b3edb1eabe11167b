// The objects of a website: the files of its folder and the virtual ones, kept ready to send.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/http/message.hpp"
#include "services/sites/config.hpp"
#include "services/sites/file.hpp"

namespace gatehouse::sites {

// One form of an object, as it goes over the wire.
struct Representation {
  http::Headers headers;  // Content-Type, ETag, Last-Modified, Content-Encoding, Vary ... and the site's own
  std::string etag;
  std::shared_ptr<const std::string> bytes;  // null for a large file
};

// Immutable, shared between loops.
struct Object {
  Representation plain;
  std::optional<Representation> compressed;  // where it pays
  Timestamp modified;
  std::uint64_t size = 0;                          // of the plain form
  std::shared_ptr<const http::BodySource> source;  // of a large file
};

// Thread-safe.
class Objects {
 public:
  Objects(WebsiteConfig config, SiteLimits limits, Timestamp started);

  // Null when there is none. One look-up when it is cached and was looked at recently; else a few system calls, and the
  // reading of the file when it changed.
  std::shared_ptr<const Object> find(std::string_view key);

  const WebsiteConfig& config() const { return config_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  struct Cached {
    std::string key;
    std::shared_ptr<const Object> object;
    FileVersion version;
    std::size_t bytes = 0;
    SteadyTime checked;
  };
  using Order = std::list<Cached>;  // the most recently used first

  std::shared_ptr<const Object> load(const std::string& key, FileVersion& version) const;
  std::shared_ptr<const Object> make_object(std::string content, std::string_view type, bool compressible,
                                            Timestamp modified) const;
  std::shared_ptr<const Object> make_large_object(File file, std::string_view type) const;
  http::Headers headers_of(std::string_view type, std::string_view etag, Timestamp modified) const;
  // The three need the mutex.
  Cached* look_up(std::string_view key);
  void forget(std::string_view key);
  void remember(Cached cached);

  const WebsiteConfig config_;
  const SiteLimits limits_;
  std::map<std::string, std::shared_ptr<const Object>, std::less<>> virtual_;

  std::mutex mutex_;
  Order order_;
  std::unordered_map<std::string_view, Order::iterator> by_key_;  // views into order_
  std::size_t bytes_ = 0;
};

}  // namespace gatehouse::sites
