#include "protocol/template/findings.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"

namespace gatehouse::templates {

std::string Finding::to_string() const {
  std::string out = at.to_string() + ": ";
  if (!path.empty()) out += path + ": ";
  out += message;
  if (!suggestion.empty()) out += "; " + suggestion;
  return out;
}

void Findings::add(const Position& at, std::string path, std::string message, std::string suggestion) {
  const auto is_same = [&](const Finding& told) {
    return told.at.line == at.line && told.at.column == at.column && told.message == message &&
           (at.line > 0 || told.path == path);
  };
  if (std::ranges::any_of(items_, is_same)) return;
  if (items_.size() >= kMax) {
    ++dropped_;
    return;
  }
  items_.push_back({at, std::move(path), std::move(message), std::move(suggestion)});
}

void Findings::add_unknown(const Position& at, std::string path, std::string message, std::string_view typed,
                           std::span<const std::string_view> known) {
  const std::optional<std::string> near = nearest_name(typed, known);
  add(at, std::move(path), std::move(message), near ? "did you mean " + *near + "?" : std::string());
}

std::vector<Finding> Findings::sorted() const {
  std::vector<Finding> out = items_;
  std::ranges::sort(out, {}, [](const Finding& finding) {
    return std::tuple(finding.at.file ? *finding.at.file : std::string(), finding.at.line, finding.at.column,
                      finding.path, finding.message);
  });
  return out;
}

std::string Findings::to_string() const {
  std::string out;
  for (const Finding& finding : sorted()) out += finding.to_string() + '\n';
  if (dropped_ > 0) out += fmt::format("and {} more\n", dropped_);
  return out;
}

}  // namespace gatehouse::templates
