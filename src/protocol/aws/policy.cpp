#include "protocol/aws/policy.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace gatehouse::aws {
namespace {

constexpr std::size_t kMaxStatements = 500;
constexpr std::size_t kMaxPatterns = 1000;
constexpr std::size_t kMaxPatternBytes = 2048;

std::unexpected<Error> refuse(std::string message) {
  return fail(Error::Kind::kInvalid, "MalformedPolicyDocument", std::move(message));
}

char fold(char c, bool ignore_case) { return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_alphanumeric(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// IAM: "service:action" with wildcards in the action only, or a lone *.
bool is_action(std::string_view text) {
  if (text == "*") return true;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto is_service = [](char c) { return is_alphanumeric(c) || c == '-'; };
  const auto is_name = [](char c) { return is_alphanumeric(c) || c == '*' || c == '?' || c == '-' || c == '_'; };
  return std::ranges::all_of(text.substr(0, colon), is_service) && std::ranges::all_of(text.substr(colon + 1), is_name);
}

// IAM: an ARN of six parts (the last may hold colons) with wildcards, or a lone *.
bool is_resource(std::string_view text) {
  if (text == "*") return true;
  return text.starts_with("arn:") && (std::ranges::count(text, ':') >= 5 || text.ends_with('*'));
}

struct Element {
  std::string_view name;
  bool (*is_valid)(std::string_view);
  std::string_view form;
};
constexpr std::string_view kActionForm = "SERVICE:ACTION or *";
constexpr std::string_view kResourceForm = "an ARN or *";
constexpr Element kAction{"Action", is_action, kActionForm};
constexpr Element kNotAction{"NotAction", is_action, kActionForm};
constexpr Element kResource{"Resource", is_resource, kResourceForm};
constexpr Element kNotResource{"NotResource", is_resource, kResourceForm};

// A string or a list of strings.
Result<std::vector<std::string>> patterns(const json::object& statement, const Element& element) {
  const json::value& value = statement.at(element.name);
  std::vector<std::string> out;
  const auto take = [&](const json::value& one) -> Result<void> {
    if (!one.is_string()) return refuse(fmt::format("{} must be a string or a list of strings", element.name));
    std::string text(one.get_string());
    if (text.size() > kMaxPatternBytes) return refuse(fmt::format("{} is longer than 2048 bytes", element.name));
    if (text.find("${") != std::string::npos) {
      return refuse(fmt::format("policy variables are not supported: \"{}\" in {}", text, element.name));
    }
    if (!element.is_valid(text)) return refuse(fmt::format("{} \"{}\" is not {}", element.name, text, element.form));
    out.push_back(std::move(text));
    return {};
  };
  if (const json::array* list = value.if_array()) {
    if (list->empty()) return refuse(fmt::format("{} is an empty list", element.name));
    if (list->size() > kMaxPatterns) return refuse(fmt::format("{} has more than 1000 entries", element.name));
    for (const json::value& one : *list) {
      if (Result<void> taken = take(one); !taken) return std::unexpected(std::move(taken.error()));
    }
  } else if (Result<void> taken = take(value); !taken) {
    return std::unexpected(std::move(taken.error()));
  }
  return out;
}

// Exactly one of an element and its negation.
Result<void> read_pair(const json::object& statement, const Element& plain, const Element& negated,
                       std::vector<std::string>& in, std::vector<std::string>& out) {
  const bool has_plain = statement.contains(plain.name);
  if (has_plain == statement.contains(negated.name)) {
    return refuse(fmt::format("a statement needs {} or {}, and not both", plain.name, negated.name));
  }
  Result<std::vector<std::string>> read = patterns(statement, has_plain ? plain : negated);
  if (!read) return std::unexpected(std::move(read.error()));
  (has_plain ? in : out) = std::move(*read);
  return {};
}

Result<void> check_elements(const json::object& object, std::span<const std::string_view> known,
                            std::string_view where) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(known, name) != known.end()) continue;
    if (name == "Condition" || name == "Principal" || name == "NotPrincipal") {
      return refuse(fmt::format("{} in a {} is not supported", name, where));
    }
    const std::optional<std::string> nearest = nearest_name(name, known);
    return refuse(fmt::format("unknown element {} in a {}{}", name, where,
                              nearest ? fmt::format(" (did you mean {}?)", *nearest) : std::string()));
  }
  return {};
}

Result<Statement> read_statement(const json::value& value, std::set<std::string>& sids) {
  static constexpr std::array<std::string_view, 6> kElements = {"Sid",       "Effect",   "Action",
                                                                "NotAction", "Resource", "NotResource"};
  const json::object* object = value.if_object();
  if (object == nullptr) return refuse("Statement must be an object or a list of objects");
  if (Result<void> known = check_elements(*object, kElements, "statement"); !known) {
    return std::unexpected(std::move(known.error()));
  }
  if (object->contains("Sid")) {
    const auto sid = string_member(*object, "Sid");
    if (!sid || !std::ranges::all_of(*sid, is_alphanumeric)) return refuse("Sid must be letters and digits");
    if (!sid->empty() && !sids.emplace(*sid).second) return refuse(fmt::format("two statements have the Sid {}", *sid));
  }
  Statement statement;
  const auto effect = string_member(*object, "Effect");
  if (effect != "Allow" && effect != "Deny") return refuse("Effect must be Allow or Deny");
  statement.is_allow = effect == "Allow";
  Result<void> read = read_pair(*object, kAction, kNotAction, statement.actions, statement.not_actions);
  if (read) read = read_pair(*object, kResource, kNotResource, statement.resources, statement.not_resources);
  if (!read) return std::unexpected(std::move(read.error()));
  return statement;
}

bool any_matches(const std::vector<std::string>& list, std::string_view text, bool ignore_case) {
  return std::ranges::any_of(list, [&](const std::string& one) { return matches_wildcards(one, text, ignore_case); });
}

bool applies(const Statement& statement, std::string_view action, std::string_view resource) {
  const bool is_action = statement.not_actions.empty() ? any_matches(statement.actions, action, true)
                                                       : !any_matches(statement.not_actions, action, true);
  if (!is_action) return false;
  return statement.not_resources.empty() ? any_matches(statement.resources, resource, false)
                                         : !any_matches(statement.not_resources, resource, false);
}

}  // namespace

bool matches_wildcards(std::string_view pattern, std::string_view text, bool ignore_case) {
  // Goes back to the last * only: an earlier one cannot do better.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || fold(pattern[p], ignore_case) == fold(text[t], ignore_case))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<void> PolicySet::add(const json::value& document) {
  static constexpr std::array<std::string_view, 3> kElements = {"Version", "Id", "Statement"};
  const json::object* object = document.if_object();
  if (object == nullptr) return refuse("a policy document must be an object");
  if (Result<void> known = check_elements(*object, kElements, "policy document"); !known) return known;
  if (object->contains("Version")) {
    const auto version = string_member(*object, "Version");
    if (version != "2012-10-17" && version != "2008-10-17") return refuse("Version must be 2012-10-17 or 2008-10-17");
  }
  if (object->contains("Id") && !string_member(*object, "Id")) return refuse("Id must be a string");
  const json::value* statements = object->if_contains("Statement");
  if (statements == nullptr) return refuse("a policy document needs a Statement");

  std::vector<Statement> read;
  std::set<std::string> sids;
  const auto take = [&](const json::value& value) -> Result<void> {
    Result<Statement> statement = read_statement(value, sids);
    if (!statement) return std::unexpected(std::move(statement.error()));
    read.push_back(std::move(*statement));
    return {};
  };
  if (const json::array* list = statements->if_array()) {
    if (list->empty()) return refuse("Statement is an empty list");
    if (list->size() > kMaxStatements) return refuse("a policy document has more than 500 statements");
    for (const json::value& value : *list) {
      if (Result<void> taken = take(value); !taken) return taken;
    }
  } else if (Result<void> taken = take(*statements); !taken) {
    return taken;
  }
  std::ranges::move(read, std::back_inserter(statements_));
  return {};
}

Decision PolicySet::evaluate(std::string_view action, std::string_view resource) const {
  bool is_allowed = false;
  for (const Statement& statement : statements_) {
    if (statement.is_allow && is_allowed) continue;
    if (!applies(statement, action, resource)) continue;
    if (!statement.is_allow) return Decision::kExplicitDeny;
    is_allowed = true;
  }
  return is_allowed ? Decision::kAllow : Decision::kImplicitDeny;
}

}  // namespace gatehouse::aws
