#include "services/identity/pages/layout.hpp"

#include "base/encoding.hpp"
#include "services/identity/pages/style.hpp"

namespace gatehouse::identity {
namespace {

// Everything is denied that a page without script does not need.
std::string content_security_policy(const Page& page) {
  std::string policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'";
  if (!page.form_target.empty()) policy += " " + page.form_target;
  return policy + "; frame-ancestors 'none'; base-uri 'none'";
}

http::Response asset(const http::Request& request, std::string_view type,
                     const std::shared_ptr<const std::string>& text, std::string_view tag) {
  http::Response response;
  response.headers.add("Cache-Control", "public, max-age=3600");
  response.headers.add("ETag", std::string(tag));
  response.headers.add("X-Content-Type-Options", "nosniff");
  if (request.headers.get("If-None-Match") == tag) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", std::string(type));
  response.shared_body = text;
  return response;
}

}  // namespace

http::Response render(const DomainContext& context, const Page& page) {
  const std::string root = context.to_root();
  std::string alert;
  if (!page.alert.empty()) alert = fmt::format("<p class=\"alert\" role=\"alert\">{}</p>\n", html_escape(page.alert));
  const std::string pool = html_escape(context.pool->config.name);
  const std::string title = html_escape(page.title);
  std::string html = fmt::format(
      R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title} - {pool}</title>
<link rel="stylesheet" href="{root}style.css?v={version}">
<link rel="icon" type="image/svg+xml" href="{root}icon.svg">
</head>
<body>
<main class="card">
<p class="pool"><img src="{root}icon.svg" alt="" width="32" height="32"><span>{pool}</span></p>
<h1>{title}</h1>
{alert}{content}</main>
</body>
</html>
)",
      fmt::arg("title", title), fmt::arg("pool", pool), fmt::arg("root", root), fmt::arg("version", style_version()),
      fmt::arg("alert", alert), fmt::arg("content", page.content));
  http::Response response = http::make_response(page.status, "text/html; charset=utf-8", std::move(html));
  response.headers.add("Content-Security-Policy", content_security_policy(page));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.headers.add("X-Frame-Options", "DENY");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("Cross-Origin-Opener-Policy", "same-origin");
  return response;
}

http::Response style_sheet(const http::Request& request) {
  return asset(request, "text/css; charset=utf-8", style_text(), fmt::format("\"{}\"", style_version()));
}

http::Response icon(const http::Request& request) {
  return asset(request, "image/svg+xml", icon_text(), fmt::format("\"i{}\"", style_version()));
}

std::string input(const Field& field) {
  std::string html = fmt::format(
      R"(<label for="{0}">{1}</label>
<input id="{0}" name="{0}" type="{2}" autocomplete="{3}" required)",
      html_escape(field.name), html_escape(field.label), field.type, field.autocomplete);
  if (field.type != "password") html += R"( autocapitalize="none" spellcheck="false")";
  if (!field.value.empty()) html += fmt::format(R"( value="{}")", html_escape(field.value));
  if (!field.description_id.empty()) html += fmt::format(R"( aria-describedby="{}")", field.description_id);
  if (field.has_focus) html += " autofocus";
  return html + ">\n";
}

std::string hidden(std::string_view name, std::string_view value) {
  return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", html_escape(name), html_escape(value));
}

}  // namespace gatehouse::identity
