// From a request's path to an object's key.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::sites {

// S3's limit (Amazon S3 User Guide, "Creating object key names").
inline constexpr std::size_t kMaxKeyBytes = 1024;

// Decodes the path, once, and takes the first slash off. Errors are S3's: InvalidURI for a broken escape, a NUL or what
// is not UTF-8, KeyTooLongError.
Result<std::string> read_key(std::string_view encoded_path);

// False for a key that no file is served for: an empty, "." or ".." part (S3 takes these literally; a file system does
// not), or one that begins with a dot. ".well-known/" at the front is the exception (RFC 8615).
bool is_servable(std::string_view key);

// The key as a path on the wire, without a first slash.
std::string encode_key(std::string_view key);

}  // namespace gatehouse::sites
