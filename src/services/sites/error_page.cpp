#include "services/sites/error_page.hpp"

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "platform/http/message.hpp"

namespace gatehouse::sites {
namespace {

void append_item(std::string& out, std::string_view name, std::string_view value) {
  out.append("<li>").append(name).append(": ").append(html_escape(value)).append("</li>\n");
}

}  // namespace

std::string render(const ErrorPage& page, std::string_view request_id, std::string_view host_id,
                   std::string_view error_document) {
  const std::string title = fmt::format("{} {}", page.status, http::reason_phrase(page.status));
  std::string out = fmt::format("<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n<ul>\n", title);
  append_item(out, "Code", page.code);
  append_item(out, "Message", page.message);
  for (const auto& [name, value] : page.details) append_item(out, name, value);
  append_item(out, "RequestId", request_id);
  append_item(out, "HostId", host_id);
  out += "</ul>\n";
  if (page.lacks_error_document) {
    out += "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n";
    append_item(out, "Code", "NoSuchKey");
    append_item(out, "Message", "The specified key does not exist.");
    append_item(out, "Key", error_document);
    out += "</ul>\n";
  }
  return out += "<hr/>\n</body>\n</html>\n";
}

}  // namespace gatehouse::sites
