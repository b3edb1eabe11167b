#include "protocol/template/engine.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace gatehouse::templates {
namespace {

// The code of a fault that check_references() finds too, whatever the values are.
constexpr std::string_view kFormFault = "TemplateForm";

// The message begins with the place and the path; `detail` is the rest alone.
std::unexpected<Error> refuse(const Position& at, const std::string& path, std::string_view message,
                              std::string_view code = {}) {
  return fail(Error::Kind::kInvalid, std::string(code), fmt::format("{}: {}: {}", at.to_string(), path, message),
              std::string(message));
}
std::unexpected<Error> refuse_form(const Position& at, const std::string& path, std::string_view message) {
  return refuse(at, path, message, kFormFault);
}
std::unexpected<Error> located(const Position& at, const std::string& path, const Error& error) {
  return fail(error.kind, error.code, fmt::format("{}: {}: {}", at.to_string(), path, error.message),
              error.detail.empty() ? error.message : error.detail);
}

bool is_unknown_inside(const Node& node) {
  if (node.is_unknown()) return true;
  for (const Node& item : node.items()) {
    if (is_unknown_inside(item)) return true;
  }
  for (const Node::Member& member : node.members()) {
    if (is_unknown_inside(member.value)) return true;
  }
  return false;
}

}  // namespace

bool is_form_fault(const Error& error) { return error.code == kFormFault; }

std::optional<std::string> pseudo_parameter(const Environment& environment, std::string_view name) {
  if (name == "AWS::AccountId") return environment.account_id;
  if (name == "AWS::Region") return environment.region;
  if (name == "AWS::Partition") return environment.partition;
  if (name == "AWS::StackName") return environment.stack_name;
  if (name == "AWS::StackId") return environment.stack_id;
  if (name == "AWS::URLSuffix") return environment.url_suffix;
  return std::nullopt;
}

Result<std::vector<SubPart>> split_sub(std::string_view text) {
  std::vector<SubPart> parts;
  const auto literal = [&](std::string_view more) {
    if (more.empty()) return;
    if (parts.empty() || parts.back().is_reference) parts.push_back({});
    parts.back().text += more;
  };
  for (;;) {
    const std::size_t open = text.find("${");
    literal(text.substr(0, open));
    if (open == std::string_view::npos) return parts;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return fail(Error::Kind::kInvalid, "", "a ${ does not end with }");
    const std::string_view name = text.substr(open + 2, close - open - 2);
    if (name.starts_with('!'))
      literal("${" + std::string(name.substr(1)) + "}");
    else
      parts.push_back({std::string(name), true});
    text.remove_prefix(close + 1);
  }
}

Node Engine::made(std::string text, const Position& at) const {
  return Node::string(values_ != nullptr ? values_->finish(std::move(text)) : std::move(text), at);
}

Result<std::optional<Node>> Engine::evaluate(const Node& node, const std::string& path) const {
  Value value = compute(node, path);
  if (!value || !*value) return value;
  const Result<void> resolved = resolve(**value, path);
  if (!resolved) return std::unexpected(resolved.error());
  return value;
}

Engine::Value Engine::compute(const Node& node, const std::string& path) const {
  switch (node.kind()) {
    case Node::Kind::kList: {
      Node out = Node::list(node.at());
      for (std::size_t i = 0; i < node.items().size(); ++i) {
        Value item = compute(node.items()[i], fmt::format("{}[{}]", path, i));
        if (!item) return item;
        if (*item) out.push(std::move(**item));
      }
      return std::optional<Node>(std::move(out));
    }
    case Node::Kind::kMap: {
      if (node.is_intrinsic()) return function(node, path);
      Node out = Node::map(node.at());
      for (const Node::Member& member : node.members()) {
        Value value = compute(member.value, path + "." + member.name);
        if (!value) return value;
        if (*value) out.members().push_back({member.name, member.name_at, std::move(**value)});
      }
      return std::optional<Node>(std::move(out));
    }
    default:
      return std::optional<Node>(node);
  }
}

// Last, when the texts are whole: Fn::Join and Fn::Sub may have put a reference together. What a secret holds is not
// looked at again.
Result<void> Engine::resolve(Node& node, const std::string& path) const {
  for (std::size_t i = 0; i < node.items().size(); ++i) {
    Result<void> item = resolve(node.items()[i], fmt::format("{}[{}]", path, i));
    if (!item) return item;
  }
  for (Node::Member& member : node.members()) {
    Result<void> value = resolve(member.value, path + "." + member.name);
    if (!value) return value;
  }
  if (!node.is_string() || !has_dynamic_reference(node.text())) return {};
  const Result<std::vector<DynamicPart>> parts = split_dynamic_references(node.text());
  if (!parts) return located(node.at(), path, parts.error());
  if (values_ == nullptr) {
    node = Node::unknown("a secret", node.at());
    return {};
  }
  std::string out;
  for (const DynamicPart& part : *parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      out += *text;
      continue;
    }
    Result<std::string> secret = values_->secret(std::get<DynamicReference>(part));
    if (!secret) return located(node.at(), path, secret.error());
    out += *secret;
  }
  node = Node::string(std::move(out), node.at());
  return {};
}

Engine::Value Engine::function(const Node& node, const std::string& path) const {
  const std::string& name = node.intrinsic_name();
  const Node& argument = node.intrinsic_argument();
  const std::string inside = path + "." + name;
  if (name == "Ref") return reference(argument.text(), argument.at(), inside);
  if (name == "Fn::GetAtt") return attribute(argument, inside);
  if (name == "Fn::Sub") return sub(argument, inside);
  if (name == "Fn::Join") return join(argument, inside);
  if (name == "Fn::Select") return select(argument, inside);
  if (name == "Fn::Split") return split(argument, inside);
  if (name == "Fn::If") return choose(argument, inside);
  if (name == "Fn::FindInMap") return find_in_map(argument, inside);
  if (name == "Fn::Base64") return base64(argument, inside);
  if (name == "Fn::ToJsonString") return to_json_string(argument, inside);
  if (name == "Fn::Length") return length(argument, inside);
  if (name == "Condition" || name == "Fn::Equals" || name == "Fn::And" || name == "Fn::Or" || name == "Fn::Not") {
    const Result<bool> decided = condition(node, path);
    if (!decided) return std::unexpected(decided.error());
    return std::optional<Node>(Node::boolean(*decided, node.at()));
  }
  return refuse_form(node.at(), path, fmt::format("{} is not supported", name));
}

Engine::Value Engine::reference(const std::string& name, const Position& at, const std::string& path) const {
  if (name == "AWS::NoValue") return std::optional<Node>();
  if (name == "AWS::NotificationARNs") return std::optional<Node>(Node::list(at));
  if (const auto pseudo = pseudo_parameter(template_.environment(), name))
    return std::optional<Node>(Node::string(*pseudo, at));
  if (const Parameter* parameter = template_.find_parameter(name)) {
    if (!parameter->is_list) return std::optional<Node>(Node::string(parameter->value, at));
    Node list = Node::list(at);
    if (parameter->value.empty()) return std::optional<Node>(std::move(list));
    for (const std::string_view item : gatehouse::split(parameter->value, ','))
      list.push(Node::string(std::string(trim(item)), at));
    return std::optional<Node>(std::move(list));
  }
  if (values_ == nullptr) return std::optional<Node>(Node::unknown("Ref " + name, at));
  Result<std::string> value = values_->ref(name);
  if (!value) return located(at, path, value.error());
  return std::optional<Node>(Node::string(std::move(*value), at));
}

Engine::Value Engine::attribute(const Node& argument, const std::string& path) const {
  if (argument.is_string()) {
    const std::size_t dot = argument.text().find('.');
    if (dot == std::string::npos) return refuse_form(argument.at(), path, "it takes Resource.Attribute");
    return attribute(argument.text().substr(0, dot), argument.text().substr(dot + 1), argument.at(), path);
  }
  Result<std::vector<Node>> parts = arguments(argument, 2, path);
  if (!parts) return std::unexpected(parts.error());
  return attribute((*parts)[0].text(), (*parts)[1].text(), argument.at(), path);
}

Engine::Value Engine::attribute(const std::string& resource, const std::string& name, const Position& at,
                                const std::string& path) const {
  if (values_ == nullptr) return std::optional<Node>(Node::unknown("GetAtt " + resource + "." + name, at));
  Result<Node> value = values_->attribute(resource, name);
  if (!value) return located(at, path, value.error());
  value->set_at(at);
  return std::optional<Node>(std::move(*value));
}

Engine::Value Engine::sub(const Node& argument, const std::string& path) const {
  const Node* text = argument.is_list() && argument.items().size() == 2 ? &argument.items()[0] : &argument;
  const Node* variables = text == &argument ? nullptr : &argument.items()[1];
  if (!text->is_scalar() || (variables != nullptr && !variables->is_map())) {
    return refuse_form(argument.at(), path, "it takes a text, or a list of a text and a map of variables");
  }
  const Result<std::vector<SubPart>> parts = split_sub(text->text());
  if (!parts) return located(text->at(), path, parts.error());
  std::string out;
  for (const SubPart& part : *parts) {
    if (!part.is_reference) {
      out += part.text;
      continue;
    }
    Value value = sub_reference(part.text, variables, text->at(), path);
    if (!value) return value;
    if (!*value || (!(**value).is_scalar() && !(**value).is_unknown()))
      return refuse(text->at(), path, fmt::format("${{{}}} is not a text", part.text));
    if ((**value).is_unknown()) return std::optional<Node>(Node::unknown((**value).text(), text->at()));
    out += (**value).text();
  }
  return std::optional<Node>(made(std::move(out), text->at()));
}

Engine::Value Engine::sub_reference(const std::string& name, const Node* variables, const Position& at,
                                    const std::string& path) const {
  if (variables != nullptr) {
    if (const Node* variable = variables->find(name)) return compute(*variable, path + "." + name);
  }
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return reference(name, at, path);
  return attribute(name.substr(0, dot), name.substr(dot + 1), at, path);
}

Result<std::vector<Node>> Engine::arguments(const Node& argument, std::size_t size, const std::string& path) const {
  if (!argument.is_list() || argument.items().size() != size)
    return refuse_form(argument.at(), path, fmt::format("it takes a list of {}", size));
  std::vector<Node> out;
  for (const Node& item : argument.items()) {
    Value value = compute(item, path);
    if (!value) return std::unexpected(value.error());
    if (!*value) return refuse(item.at(), path, "AWS::NoValue cannot stand here");
    out.push_back(std::move(**value));
  }
  return out;
}

Engine::Value Engine::join(const Node& argument, const std::string& path) const {
  Result<std::vector<Node>> parts = arguments(argument, 2, path);
  if (!parts) return std::unexpected(parts.error());
  const Node& list = (*parts)[1];
  if (is_unknown_inside(list)) return std::optional<Node>(Node::unknown("Fn::Join", argument.at()));
  if (!(*parts)[0].is_scalar() || !list.is_list())
    return refuse(argument.at(), path, "it takes a delimiter and a list");
  std::string out;
  for (std::size_t i = 0; i < list.items().size(); ++i) {
    if (!list.items()[i].is_scalar())
      return refuse(list.items()[i].at(), path, fmt::format("{} cannot be joined", list.items()[i].kind_name()));
    if (i > 0) out += (*parts)[0].text();
    out += list.items()[i].text();
  }
  return std::optional<Node>(made(std::move(out), argument.at()));
}

Engine::Value Engine::select(const Node& argument, const std::string& path) const {
  Result<std::vector<Node>> parts = arguments(argument, 2, path);
  if (!parts) return std::unexpected(parts.error());
  const Node& list = (*parts)[1];
  if (list.is_unknown() || (*parts)[0].is_unknown())
    return std::optional<Node>(Node::unknown("Fn::Select", argument.at()));
  const std::optional<std::int64_t> index = (*parts)[0].as_integer();
  if (!index || !list.is_list()) return refuse(argument.at(), path, "it takes an index and a list");
  if (*index < 0 || static_cast<std::size_t>(*index) >= list.items().size()) {
    return refuse(argument.at(), path,
                  fmt::format("the index {} is beyond the list of {}", *index, list.items().size()));
  }
  return std::optional<Node>(list.items()[static_cast<std::size_t>(*index)]);
}

Engine::Value Engine::split(const Node& argument, const std::string& path) const {
  Result<std::vector<Node>> parts = arguments(argument, 2, path);
  if (!parts) return std::unexpected(parts.error());
  if ((*parts)[1].is_unknown()) return std::optional<Node>(Node::unknown("Fn::Split", argument.at()));
  const std::string& delimiter = (*parts)[0].text();
  if (delimiter.empty() || !(*parts)[1].is_scalar())
    return refuse(argument.at(), path, "it takes a delimiter and a text");
  Node out = Node::list(argument.at());
  std::string_view rest = (*parts)[1].text();
  for (;;) {
    const std::size_t at = rest.find(delimiter);
    out.push(Node::string(std::string(rest.substr(0, at)), argument.at()));
    if (at == std::string_view::npos) return std::optional<Node>(std::move(out));
    rest.remove_prefix(at + delimiter.size());
  }
}

Engine::Value Engine::choose(const Node& argument, const std::string& path) const {
  if (!argument.is_list() || argument.items().size() != 3)
    return refuse_form(argument.at(), path, "it takes a condition and two values");
  const std::optional<bool> decided = template_.condition(argument.items()[0].text());
  if (!decided)
    return refuse_form(argument.at(), path, fmt::format("there is no condition {}", argument.items()[0].text()));
  return compute(argument.items()[*decided ? 1 : 2], path);
}

Engine::Value Engine::find_in_map(const Node& argument, const std::string& path) const {
  Result<std::vector<Node>> parts = arguments(argument, 3, path);
  if (!parts) return std::unexpected(parts.error());
  const Node* found = template_.mapping((*parts)[0].text(), (*parts)[1].text(), (*parts)[2].text());
  if (!template_.has_mapping((*parts)[0].text()))
    return refuse_form(argument.at(), path, fmt::format("there is no mapping {}", (*parts)[0].text()));
  if (found == nullptr) {
    return refuse(
        argument.at(), path,
        fmt::format("the mapping {} has no {}.{}", (*parts)[0].text(), (*parts)[1].text(), (*parts)[2].text()));
  }
  return std::optional<Node>(*found);
}

Engine::Value Engine::base64(const Node& argument, const std::string& path) const {
  Value value = compute(argument, path);
  if (!value || !*value || (**value).is_unknown()) return value;
  if (!(**value).is_scalar()) return refuse(argument.at(), path, "it takes a text");
  return std::optional<Node>(Node::string(base64_encode((**value).text()), argument.at()));
}

Engine::Value Engine::to_json_string(const Node& argument, const std::string& path) const {
  Value value = compute(argument, path);
  if (!value || !*value) return value;
  if (is_unknown_inside(**value)) return std::optional<Node>(Node::unknown("Fn::ToJsonString", argument.at()));
  return std::optional<Node>(made((**value).to_json_text(), argument.at()));
}

Engine::Value Engine::length(const Node& argument, const std::string& path) const {
  Value value = compute(argument, path);
  if (!value || !*value || (**value).is_unknown()) return value;
  if (!(**value).is_list()) return refuse(argument.at(), path, "it takes a list");
  return std::optional<Node>(Node::integer(static_cast<std::int64_t>((**value).items().size()), argument.at()));
}

Result<bool> Engine::condition(const Node& node, const std::string& path) const {
  if (!node.is_intrinsic())
    return refuse(node.at(), path, "a condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition");
  const std::string& name = node.intrinsic_name();
  const Node& argument = node.intrinsic_argument();
  if (name == "Condition") {
    const std::optional<bool> decided = template_.condition(argument.text());
    if (!decided) return refuse_form(argument.at(), path, fmt::format("there is no condition {}", argument.text()));
    return *decided;
  }
  if (name == "Fn::Equals") {
    Result<std::vector<Node>> sides = arguments(argument, 2, path);
    if (!sides) return std::unexpected(sides.error());
    if ((*sides)[0].is_scalar() && (*sides)[1].is_scalar()) return (*sides)[0].text() == (*sides)[1].text();
    return (*sides)[0] == (*sides)[1];
  }
  const bool is_and = name == "Fn::And";
  if (!is_and && name != "Fn::Or" && name != "Fn::Not")
    return refuse(node.at(), path, fmt::format("{} is not a condition", name));
  const std::size_t count = argument.items().size();
  if (!argument.is_list() || (name == "Fn::Not" ? count != 1 : count < 2 || count > 10)) {
    return refuse_form(
        argument.at(), path,
        name == "Fn::Not" ? "it takes a list of one condition" : "it takes a list of 2 to 10 conditions");
  }
  bool result = is_and;
  for (const Node& item : argument.items()) {
    const Result<bool> part = condition(item, path);
    if (!part) return part;
    if (name == "Fn::Not") return !*part;
    result = is_and ? result && *part : result || *part;
  }
  return result;
}

Result<Node> Evaluator::evaluate(const Node& node, std::string_view path) const {
  Result<std::optional<Node>> value = Engine(template_, &values_).evaluate(node, std::string(path));
  if (!value) return std::unexpected(value.error());
  return *value ? std::move(**value) : Node::null(node.at());
}

Result<std::string> Evaluator::evaluate_string(const Node& node, std::string_view path) const {
  Result<Node> value = evaluate(node, path);
  if (!value) return std::unexpected(value.error());
  if (!value->is_scalar())
    return refuse(node.at(), std::string(path), fmt::format("it must be a text, not {}", value->kind_name()));
  return value->text();
}

// Value by value, so that each fault is told, with its own place.
Node evaluate_statically(const Template& definition, const Node& node, std::string_view path, Findings& findings) {
  if (node.is_list()) {
    Node out = Node::list(node.at());
    for (std::size_t i = 0; i < node.items().size(); ++i) {
      Node item = evaluate_statically(definition, node.items()[i], fmt::format("{}[{}]", path, i), findings);
      if (!item.is_null()) out.push(std::move(item));
    }
    return out;
  }
  if (node.is_map() && !node.is_intrinsic()) {
    Node out = Node::map(node.at());
    for (const Node::Member& member : node.members()) {
      const std::string inside = fmt::format("{}.{}", path, member.name);
      Node value = evaluate_statically(definition, member.value, inside, findings);
      if (!value.is_null()) out.members().push_back({member.name, member.name_at, std::move(value)});
    }
    return out;
  }
  Result<std::optional<Node>> value = Engine(definition, nullptr).evaluate(node, std::string(path));
  if (value) return *value ? std::move(**value) : Node::null(node.at());
  // Faults of form and unknown names were told when the template was loaded; what is left depends on values.
  if (!is_form_fault(value.error())) findings.add(node.at(), std::string(path), value.error().detail);
  return Node::unknown("an error", node.at());
}

}  // namespace gatehouse::templates
