// What a file is, by its name.
#pragma once

#include <string_view>

namespace gatehouse::sites {

struct ContentType {
  std::string_view name;  // with the charset for text
  bool is_compressible = false;
};

// As `aws s3 sync` names the types of what it uploads, with UTF-8 stated for text; application/octet-stream when
// unknown (S3 says binary/octet-stream, which no browser knows).
ContentType content_type_of(std::string_view key);

// For types that a configuration states itself.
bool is_compressible(std::string_view content_type);

}  // namespace gatehouse::sites
