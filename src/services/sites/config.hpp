// What a website is made of: plain settings, from whatever describes the bucket.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "platform/http/message.hpp"

namespace gatehouse::sites {

// An object that is not a file of the content folder: made by the stack ("config.json").
struct VirtualFile {
  std::string content_type;
  std::string content;
};

// One bucket with website hosting (AWS::S3::Bucket WebsiteConfiguration) and where its objects come from.
struct WebsiteConfig {
  std::string bucket;
  std::filesystem::path folder;                // absolute; empty when there are only virtual files
  std::string index_suffix = "index.html";     // IndexDocument: no slash in it
  std::string error_document;                  // ErrorDocument: a key, or empty
  std::vector<http::Header> headers;           // sent with every answer of the site, errors too
  std::map<std::string, VirtualFile> objects;  // by key ("config.json"); they come before files of the same key
  // Without s3:ListBucket for everybody S3 does not say whether a key exists: a missing one is 403 AccessDenied, not
  // 404 NoSuchKey.
  bool hides_missing_keys = false;
};

struct SiteLimits {
  std::size_t max_cached_bytes = 32 * 1024 * 1024;      // of each website, compressed variants included
  std::size_t max_cached_file_bytes = 4 * 1024 * 1024;  // a larger file is read anew, block by block, for each request
  std::size_t max_compressed_file_bytes =
      1024 * 1024;  // a larger one is sent as it is: compressing it would hold the loop
  // A cached file's time and size are looked at again this long after the last look (monotonic clock).
  std::chrono::milliseconds revalidate_after{1000};
};

}  // namespace gatehouse::sites
