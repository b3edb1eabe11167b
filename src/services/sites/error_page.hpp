// S3's error page in HTML (Amazon S3 User Guide, "Custom error document": the default error response).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::sites {

struct ErrorPage {
  unsigned status = 404;
  std::string_view code;                                          // "NoSuchKey"
  std::string_view message;                                       // "The specified key does not exist."
  std::vector<std::pair<std::string_view, std::string>> details;  // further lines: Key, Method ...
  bool lacks_error_document = false;                              // the configured error document does not exist itself
};

std::string render(const ErrorPage& page, std::string_view request_id, std::string_view host_id,
                   std::string_view error_document);

}  // namespace gatehouse::sites
