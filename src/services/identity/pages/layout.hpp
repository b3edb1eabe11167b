// The frame of every hosted page: HTML without script, its style sheet, its headers.
#pragma once

#include <string>
#include <string_view>

#include "services/identity/pages/context.hpp"

namespace gatehouse::identity {

struct Page {
  unsigned status = 200;
  std::string title;        // text
  std::string alert;        // text, shown with role=alert; empty: none
  std::string content;      // HTML, already escaped
  std::string form_target;  // where the form's answer may redirect to, as a CSP source; empty: nowhere
};

http::Response render(const DomainContext& context, const Page& page);

// /style.css and /icon.svg
http::Response style_sheet(const http::Request& request);
http::Response icon(const http::Request& request);

// A labelled input. `name`, `label` and `value` are text.
struct Field {
  std::string_view name;
  std::string_view label;
  std::string_view type;  // "text", "password"
  std::string_view autocomplete;
  std::string value;
  std::string description_id;  // of the element that describes it; empty: none
  bool has_focus = false;
};
std::string input(const Field& field);
std::string hidden(std::string_view name, std::string_view value);

}  // namespace gatehouse::identity
