#include "services/sites/content_type.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace gatehouse::sites {
namespace {

constexpr std::array<std::pair<std::string_view, ContentType>, 42> kTypes{{
    {"html", {"text/html; charset=utf-8", true}},
    {"htm", {"text/html; charset=utf-8", true}},
    {"xhtml", {"application/xhtml+xml", true}},
    {"css", {"text/css; charset=utf-8", true}},
    {"js", {"text/javascript; charset=utf-8", true}},
    {"mjs", {"text/javascript; charset=utf-8", true}},
    {"json", {"application/json", true}},
    {"map", {"application/json", true}},
    {"webmanifest", {"application/manifest+json", true}},
    {"txt", {"text/plain; charset=utf-8", true}},
    {"md", {"text/markdown; charset=utf-8", true}},
    {"csv", {"text/csv; charset=utf-8", true}},
    {"xml", {"text/xml; charset=utf-8", true}},
    {"svg", {"image/svg+xml", true}},
    {"ico", {"image/vnd.microsoft.icon", true}},
    {"bmp", {"image/bmp", true}},
    {"png", {"image/png", false}},
    {"jpg", {"image/jpeg", false}},
    {"jpeg", {"image/jpeg", false}},
    {"gif", {"image/gif", false}},
    {"webp", {"image/webp", false}},
    {"avif", {"image/avif", false}},
    {"tif", {"image/tiff", false}},
    {"tiff", {"image/tiff", false}},
    {"woff", {"font/woff", false}},
    {"woff2", {"font/woff2", false}},
    {"ttf", {"font/ttf", true}},
    {"otf", {"font/otf", true}},
    {"eot", {"application/vnd.ms-fontobject", true}},
    {"wasm", {"application/wasm", true}},
    {"pdf", {"application/pdf", false}},
    {"zip", {"application/zip", false}},
    {"gz", {"application/gzip", false}},
    {"tar", {"application/x-tar", true}},
    {"mp3", {"audio/mpeg", false}},
    {"ogg", {"audio/ogg", false}},
    {"wav", {"audio/wav", false}},
    {"m4a", {"audio/mp4", false}},
    {"mp4", {"video/mp4", false}},
    {"webm", {"video/webm", false}},
    {"mov", {"video/quicktime", false}},
    {"ics", {"text/calendar; charset=utf-8", true}},
}};

}  // namespace

ContentType content_type_of(std::string_view key) {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string_view extension = name.substr(dot + 1);
    for (const auto& [known, type] : kTypes)
      if (equals_ignoring_case(known, extension)) return type;
  }
  return {"application/octet-stream", false};
}

bool is_compressible(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml")) return true;
  for (const std::string_view known : {"application/json", "application/javascript", "application/xml"})
    if (equals_ignoring_case(type, known)) return true;
  return false;
}

}  // namespace gatehouse::sites
