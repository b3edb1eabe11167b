#include "protocol/template/spec.hpp"

#include "base/text.hpp"

namespace gatehouse::templates {
namespace {

class Checker {
 public:
  explicit Checker(Findings& findings) : findings_(findings) {}

  void object(const Node& node, const ObjectSpec& spec, const std::string& path) {
    if (is_open(node)) return;
    if (!node.is_map()) return expected(node, path, "a map");
    std::vector<std::string_view> known;
    for (const Property& property : spec.properties) {
      if (property.refused.empty()) known.push_back(property.name);
      const Node* value = node.find(property.name);
      if (property.is_required && (value == nullptr || value->is_null()))
        findings_.add(node.at(), path, fmt::format("{} is missing", property.name));
    }
    for (const Node::Member& member : node.members()) {
      const auto property = std::ranges::find(spec.properties, member.name, &Property::name);
      const std::string inside = path + "." + member.name;
      if (property == spec.properties.end()) {
        findings_.add_unknown(member.name_at, inside, "unknown property", member.name, known);
      } else if (!property->refused.empty()) {
        findings_.add(member.name_at, inside, "is not supported: " + std::string(property->refused));
      } else {
        value(member.value, *property, inside);
      }
    }
  }

 private:
  // Not known yet, or AWS::NoValue.
  static bool is_open(const Node& node) { return node.is_unknown() || node.is_null() || node.is_intrinsic(); }

  void expected(const Node& node, const std::string& path, std::string_view what) {
    findings_.add(node.at(), path, fmt::format("must be {}, not {}", what, node.kind_name()));
  }

  void value(const Node& node, const Property& property, const std::string& path) {
    if (property.is_literal && node.is_intrinsic()) {
      return findings_.add(node.at(), path,
                           fmt::format("must be written out, not computed by {}", node.intrinsic_name()),
                           "the transform reads it before functions are evaluated");
    }
    if (is_open(node)) return;
    switch (property.shape) {
      case Shape::kText:
        return text(node, property, path);
      case Shape::kInteger:
      case Shape::kNumber:
        return number(node, property, path);
      case Shape::kBoolean:
        if (!node.as_bool()) expected(node, path, "true or false");
        return;
      case Shape::kTexts:
        if (!node.is_list()) return text(node, property, path);
        for (std::size_t i = 0; i < node.items().size(); ++i)
          text(node.items()[i], property, fmt::format("{}[{}]", path, i));
        return;
      case Shape::kTextMap:
        if (!node.is_map()) return expected(node, path, "a map");
        for (const Node::Member& member : node.members()) text(member.value, property, path + "." + member.name);
        return;
      case Shape::kObject:
        return object(node, *property.object, path);
      case Shape::kObjects:
        if (!node.is_list()) return expected(node, path, "a list");
        for (std::size_t i = 0; i < node.items().size(); ++i)
          object(node.items()[i], *property.object, fmt::format("{}[{}]", path, i));
        return;
      case Shape::kNamed:
        if (!node.is_map()) return expected(node, path, "a map");
        for (const Node::Member& member : node.members())
          object(member.value, *property.object, path + "." + member.name);
        return;
      case Shape::kAny:
        return;
    }
  }

  void text(const Node& node, const Property& property, const std::string& path) {
    if (is_open(node)) return;
    if (!node.is_scalar()) return expected(node, path, "a text");
    if (!property.allowed.empty() && std::ranges::find(property.allowed, node.text()) == property.allowed.end()) {
      std::string values;
      for (const std::string_view allowed : property.allowed) values.append(values.empty() ? "" : ", ").append(allowed);
      findings_.add_unknown(node.at(), path, fmt::format("\"{}\" is not supported; supported: {}", node.text(), values),
                            node.text(), property.allowed);
    }
    bounds(node, static_cast<double>(count_code_points(node.text()).value_or(0)), property, path, " characters");
  }

  void number(const Node& node, const Property& property, const std::string& path) {
    const bool is_integer = property.shape == Shape::kInteger;
    const std::optional<double> number = node.as_number();
    if (!number || (is_integer && !node.as_integer()))
      return expected(node, path, is_integer ? "a whole number" : "a number");
    bounds(node, *number, property, path, "");
  }

  void bounds(const Node& node, double value, const Property& property, const std::string& path,
              std::string_view unit) {
    if (property.min && value < *property.min)
      findings_.add(node.at(), path, fmt::format("must be at least {}{}", *property.min, unit));
    if (property.max && value > *property.max)
      findings_.add(node.at(), path, fmt::format("must be at most {}{}", *property.max, unit));
  }

  Findings& findings_;
};

}  // namespace

void check_object(const Node& node, const ObjectSpec& spec, const std::string& path, Findings& findings) {
  Checker(findings).object(node, spec, path);
}

}  // namespace gatehouse::templates
