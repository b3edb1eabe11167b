#include "protocol/template/parameters.hpp"

#include <re2/re2.h>

#include <array>

#include "base/text.hpp"
#include "protocol/template/engine.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::array<std::string_view, 5> kTypes = {"String", "Number", "List<Number>", "CommaDelimitedList",
                                                    "List<String>"};
constexpr std::array<std::string_view, 11> kMembers = {
    "Type",     "Default",  "AllowedValues", "AllowedPattern",        "MinLength", "MaxLength",
    "MinValue", "MaxValue", "Description",   "ConstraintDescription", "NoEcho"};

bool is_number(std::string_view text) { return Node::string(std::string(text)).as_number().has_value(); }

class Reader {
 public:
  Reader(const Node* defaults, const Inputs& inputs, Findings& findings)
      : defaults_(defaults), inputs_(inputs), findings_(findings) {}

  std::optional<Parameter> read(const Node::Member& member) {
    const Node& declaration = member.value;
    path_ = "Parameters." + member.name;
    at_ = member.name_at;
    if (!declaration.is_map()) return refuse("a parameter is a map with a Type");
    for (const Node::Member& inner : declaration.members()) {
      if (std::ranges::find(kMembers, inner.name) == kMembers.end()) {
        findings_.add_unknown(inner.name_at, path_ + "." + inner.name, "unknown member of a parameter", inner.name,
                              kMembers);
      }
    }
    Parameter parameter;
    parameter.name = member.name;
    parameter.at = member.name_at;
    parameter.type = text_of(declaration, "Type").value_or("");
    parameter.description = text_of(declaration, "Description").value_or("");
    parameter.is_list = parameter.type.starts_with("List<") || parameter.type == "CommaDelimitedList";
    if (const Node* no_echo = declaration.find("NoEcho")) parameter.no_echo = no_echo->as_bool().value_or(false);
    if (std::ranges::find(kTypes, parameter.type) == kTypes.end()) {
      findings_.add_unknown(declaration.at(), path_ + ".Type",
                            fmt::format("the type \"{}\" is not supported", parameter.type), parameter.type, kTypes);
      return std::nullopt;
    }
    std::optional<std::string> value = choose(parameter, declaration);
    if (!value) return std::nullopt;
    parameter.value = std::move(*value);
    check(parameter, declaration);
    return parameter;
  }

 private:
  std::nullopt_t refuse(std::string message, std::string cure = {}) {
    findings_.add(at_, path_, std::move(message), std::move(cure));
    return std::nullopt;
  }
  static std::optional<std::string> text_of(const Node& map, std::string_view name) {
    const Node* node = map.find(name);
    if (node == nullptr || !node->is_scalar()) return std::nullopt;
    return node->text();
  }

  // From --parameter, from the defaults for Gatehouse, or from Default, in that order.
  std::optional<std::string> choose(Parameter& parameter, const Node& declaration) {
    if (const auto given = inputs_.parameters.find(parameter.name); given != inputs_.parameters.end()) {
      parameter.is_default = false;
      return given->second;
    }
    const Node* own = defaults_ == nullptr ? nullptr : defaults_->find(parameter.name);
    if (own != nullptr) return with_host_values(*own);
    if (std::optional<std::string> fallback = text_of(declaration, "Default")) return fallback;
    return refuse("has no value and no Default", fmt::format("give it with --parameter {}=VALUE", parameter.name));
  }

  std::optional<std::string> with_host_values(const Node& text) {
    const Result<std::vector<SubPart>> parts = split_sub(text.text());
    if (!parts) return refuse(parts.error().message);
    std::string out;
    for (const SubPart& part : *parts) {
      if (!part.is_reference) {
        out += part.text;
        continue;
      }
      constexpr std::string_view kPrefix = "Gatehouse::";
      const auto found = part.text.starts_with(kPrefix) ? inputs_.host_values.find(part.text.substr(kPrefix.size()))
                                                        : inputs_.host_values.end();
      if (found == inputs_.host_values.end()) {
        std::vector<std::string> names;
        for (const auto& [name, value] : inputs_.host_values) names.push_back("${Gatehouse::" + name + "}");
        findings_.add(text.at(), "Metadata.Gatehouse.ParameterDefaults." + path_.substr(path_.find('.') + 1),
                      fmt::format("${{{}}} is not known", part.text), "known are " + join(names, ", "));
        return std::nullopt;
      }
      out += found->second;
    }
    return out;
  }

  void check(const Parameter& parameter, const Node& declaration) {
    std::string why = fault(parameter, declaration);
    if (why.empty()) return;
    if (const auto words = text_of(declaration, "ConstraintDescription")) why += "; " + *words;
    // The value itself is not shown: it may be a secret.
    refuse("the value " + why);
  }

  static std::string fault(const Parameter& parameter, const Node& declaration) {
    std::vector<std::string> values;
    if (!parameter.is_list)
      values.push_back(parameter.value);
    else if (!parameter.value.empty()) {
      for (const std::string_view item : split(parameter.value, ',')) values.emplace_back(trim(item));
    }
    for (const std::string& value : values) {
      if (parameter.type.find("Number") != std::string::npos && !is_number(value)) return "is not a number";
      if (std::string why = constraint_fault(value, declaration); !why.empty()) return why;
    }
    return {};
  }

  static std::string constraint_fault(const std::string& value, const Node& declaration) {
    if (const Node* allowed = declaration.find("AllowedValues")) {
      const bool found = std::ranges::any_of(allowed->items(), [&](const Node& item) { return item.text() == value; });
      if (!found) return "is not among AllowedValues";
    }
    if (const auto pattern = text_of(declaration, "AllowedPattern")) {
      const re2::RE2 expression(*pattern, re2::RE2::Quiet);
      if (!expression.ok()) return "cannot be checked: AllowedPattern is not a regular expression";
      if (!re2::RE2::FullMatch(value, expression)) return "does not match AllowedPattern " + *pattern;
    }
    const auto bound = [&](std::string_view name) -> std::optional<double> {
      const Node* node = declaration.find(name);
      return node == nullptr ? std::nullopt : node->as_number();
    };
    const auto length = static_cast<double>(count_code_points(value).value_or(value.size()));
    if (const auto least = bound("MinLength"); least && length < *least) return "is shorter than MinLength";
    if (const auto most = bound("MaxLength"); most && length > *most) return "is longer than MaxLength";
    const std::optional<double> number = Node::string(value).as_number();
    if (const auto least = bound("MinValue"); least && number && *number < *least) return "is less than MinValue";
    if (const auto most = bound("MaxValue"); most && number && *number > *most) return "is more than MaxValue";
    return {};
  }

  const Node* defaults_;
  const Inputs& inputs_;
  Findings& findings_;
  std::string path_;
  Position at_;
};

}  // namespace

std::vector<Parameter> read_parameters(const Node* section, const Node* defaults, const Inputs& inputs,
                                       Findings& findings) {
  std::vector<Parameter> parameters;
  std::vector<std::string_view> names;
  Reader reader(defaults, inputs, findings);
  if (section != nullptr) {
    for (const Node::Member& member : section->members()) {
      names.push_back(member.name);
      if (std::optional<Parameter> parameter = reader.read(member)) parameters.push_back(std::move(*parameter));
    }
  }
  if (defaults != nullptr) {
    for (const Node::Member& member : defaults->members()) {
      if (std::ranges::find(names, member.name) != names.end()) continue;
      findings.add_unknown(member.name_at, "Metadata.Gatehouse.ParameterDefaults." + member.name,
                           "the template has no such parameter", member.name, names);
    }
  }
  for (const auto& [name, value] : inputs.parameters) {
    if (std::ranges::find(names, name) != names.end()) continue;
    findings.add_unknown({}, "--parameter " + name, "the template has no such parameter", name, names);
  }
  return parameters;
}

}  // namespace gatehouse::templates
