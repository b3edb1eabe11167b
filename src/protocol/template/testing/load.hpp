// For tests: a template from text, with what is wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "protocol/template/template.hpp"

namespace gatehouse::templates::testing {

struct Loaded {
  std::optional<Template> definition;
  std::string findings;  // one line each, for the file "t.yaml"
};

inline Loaded load(std::string_view text, const Inputs& inputs = {}) {
  Findings findings;
  std::optional<Template> definition = Template::load(text, "t.yaml", inputs, findings);
  return {std::move(definition), findings.to_string()};
}

}  // namespace gatehouse::templates::testing
