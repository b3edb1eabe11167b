// What a map of a template may hold, as data: names, kinds, values, and what is refused with the reason. Whatever a
// spec does not name is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/template/findings.hpp"

namespace gatehouse::templates {

enum class Shape {
  kText,
  kInteger,
  kNumber,
  kBoolean,
  kTexts,    // a list of texts; one text counts as a list of one
  kTextMap,  // names to texts
  kObject,   // a map with a spec of its own
  kObjects,  // a list of such maps
  kNamed,    // names to such maps
  kAny,
};

struct ObjectSpec;

struct Property {
  std::string_view name;
  Shape shape = Shape::kText;
  const ObjectSpec* object = nullptr;          // kObject, kObjects, kNamed
  std::vector<std::string_view> allowed = {};  // texts; empty: any
  std::optional<double> min = {}, max = {};    // numbers; texts: length
  bool is_required = false;
  std::string_view refused = {};  // why Gatehouse does not take it; empty: taken
  bool is_literal = false;        // must be written out: a transform reads it before functions are evaluated
};

struct ObjectSpec {
  std::vector<Property> properties;
};

// A property that Gatehouse knows and does not enforce.
inline Property refused(std::string_view name, std::string_view why) {
  return {.name = name, .shape = Shape::kAny, .refused = why};
}

// Checks an evaluated value; parts that are known only at deployment are taken as they come. Adds findings for
// everything that does not fit.
void check_object(const Node& node, const ObjectSpec& spec, const std::string& path, Findings& findings);

}  // namespace gatehouse::templates
