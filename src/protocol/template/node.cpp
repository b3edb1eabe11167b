#include "protocol/template/node.hpp"

#include <charconv>
#include <cmath>

namespace gatehouse::templates {

std::string Position::to_string() const {
  if (!file) return "template";
  if (line == 0) return *file;
  return fmt::format("{}:{}:{}", *file, line, column);
}

Node::Node() = default;
Node::Node(const Node&) = default;
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(const Node&) = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;
Node::Node(Kind kind, std::string text, Position at) : kind_(kind), at_(std::move(at)), text_(std::move(text)) {}

Node Node::null(Position at) { return {Kind::kNull, {}, std::move(at)}; }
Node Node::boolean(bool value, Position at) { return {Kind::kBool, value ? "true" : "false", std::move(at)}; }
Node Node::integer(std::int64_t value, Position at) { return {Kind::kInteger, std::to_string(value), std::move(at)}; }
Node Node::number(Kind kind, std::string text, Position at) { return {kind, std::move(text), std::move(at)}; }
Node Node::string(std::string text, Position at) { return {Kind::kString, std::move(text), std::move(at)}; }
Node Node::list(Position at) { return {Kind::kList, {}, std::move(at)}; }
Node Node::map(Position at) { return {Kind::kMap, {}, std::move(at)}; }
Node Node::unknown(std::string what, Position at) { return {Kind::kUnknown, std::move(what), std::move(at)}; }

Node Node::from_json(const json::value& value, const Position& at) {
  switch (value.kind()) {
    case json::kind::null:
      return null(at);
    case json::kind::bool_:
      return boolean(value.get_bool(), at);
    case json::kind::int64:
      return integer(value.get_int64(), at);
    case json::kind::uint64:
      return number(Kind::kInteger, std::to_string(value.get_uint64()), at);
    case json::kind::double_:
      return number(Kind::kFloat, json::serialize(value), at);
    case json::kind::string:
      return string(std::string(value.get_string()), at);
    case json::kind::array: {
      Node node = list(at);
      for (const json::value& item : value.get_array()) node.push(from_json(item, at));
      return node;
    }
    case json::kind::object: {
      Node node = map(at);
      for (const auto& member : value.get_object()) node.set(std::string(member.key()), from_json(member.value(), at));
      return node;
    }
  }
  return null(at);
}

std::string_view Node::kind_name() const {
  switch (kind_) {
    case Kind::kNull:
      return "nothing";
    case Kind::kBool:
      return "a boolean";
    case Kind::kInteger:
      return "a whole number";
    case Kind::kFloat:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
    case Kind::kUnknown:
      return "a value known only at deployment";
  }
  return "";
}

std::optional<bool> Node::as_bool() const {
  if (kind_ != Kind::kBool && kind_ != Kind::kString) return std::nullopt;
  if (text_ == "true" || text_ == "True" || text_ == "TRUE") return true;
  if (text_ == "false" || text_ == "False" || text_ == "FALSE") return false;
  return std::nullopt;
}

std::optional<std::int64_t> Node::as_integer() const {
  if (kind_ != Kind::kInteger && kind_ != Kind::kString) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
  if (text_.empty() || error != std::errc{} || end != text_.data() + text_.size()) return std::nullopt;
  return value;
}

std::optional<double> Node::as_number() const {
  if (kind_ != Kind::kInteger && kind_ != Kind::kFloat && kind_ != Kind::kString) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
  if (text_.empty() || error != std::errc{} || end != text_.data() + text_.size()) return std::nullopt;
  if (!std::isfinite(value)) return std::nullopt;  // "inf" and "nan" would slip through every limit
  return value;
}

Node& Node::push(Node value) { return items_.emplace_back(std::move(value)); }

const std::vector<Node>& Node::items() const { return items_; }
std::vector<Node>& Node::items() { return items_; }
const std::vector<Node::Member>& Node::members() const { return members_; }
std::vector<Node::Member>& Node::members() { return members_; }

const Node* Node::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}
Node* Node::find(std::string_view name) { return const_cast<Node*>(std::as_const(*this).find(name)); }

Node& Node::set(std::string name, Node value) {
  if (Node* present = find(name)) return *present = std::move(value);
  Position at = value.at();
  return members_.emplace_back(Member{std::move(name), std::move(at), std::move(value)}).value;
}

bool Node::erase(std::string_view name) {
  return std::erase_if(members_, [&](const Member& member) { return member.name == name; }) > 0;
}

std::vector<std::string_view> Node::names() const {
  std::vector<std::string_view> names;
  for (const Member& member : members_) names.push_back(member.name);
  return names;
}

bool Node::is_intrinsic() const {
  if (kind_ != Kind::kMap || members_.size() != 1) return false;
  const std::string& name = members_.front().name;
  return name == "Ref" || name == "Condition" || name.starts_with("Fn::");
}
const std::string& Node::intrinsic_name() const { return members_.front().name; }
const Node& Node::intrinsic_argument() const { return members_.front().value; }

json::value Node::to_json() const {
  switch (kind_) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBool:
      return *as_bool();
    case Kind::kInteger:
    case Kind::kFloat: {
      boost::system::error_code error;
      json::value value = json::parse(text_, error);
      return error ? json::value(text_) : value;
    }
    case Kind::kString:
    case Kind::kUnknown:
      return json::value(text_);
    case Kind::kList: {
      json::array out;
      for (const Node& item : items_) out.push_back(item.to_json());
      return out;
    }
    case Kind::kMap: {
      json::object out;
      for (const Member& member : members_) out[member.name] = member.value.to_json();
      return out;
    }
  }
  return nullptr;
}

std::string Node::to_json_text() const {
  std::string out;
  switch (kind_) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
    case Kind::kInteger:
    case Kind::kFloat:
      return text_;
    case Kind::kString:
    case Kind::kUnknown:
      append_json_string(out, text_);
      return out;
    case Kind::kList:
      out.push_back('[');
      for (const Node& item : items_) {
        if (out.size() > 1) out.push_back(',');
        out += item.to_json_text();
      }
      out.push_back(']');
      return out;
    case Kind::kMap:
      out.push_back('{');
      for (const Member& member : members_) {
        if (out.size() > 1) out.push_back(',');
        append_json_string(out, member.name);
        out.push_back(':');
        out += member.value.to_json_text();
      }
      out.push_back('}');
      return out;
  }
  return out;
}

bool operator==(const Node& a, const Node& b) {
  if (a.kind_ != b.kind_ || a.text_ != b.text_ || a.items_ != b.items_ || a.members_.size() != b.members_.size())
    return false;
  for (const Node::Member& member : a.members_) {
    const Node* other = b.find(member.name);
    if (other == nullptr || !(member.value == *other)) return false;
  }
  return true;
}

}  // namespace gatehouse::templates
