// XML out: elements in order, text escaped, always well-formed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::aws {

// Escapes & < > " and carriage returns. Characters that XML 1.0 cannot carry become U+FFFD.
std::string xml_escape(std::string_view text);

// XmlWriter w; w.open("Stacks").element("StackName", name).close(); w.take()
//
// Element names are the program's own literals and are not checked.
class XmlWriter {
 public:
  XmlWriter& open(std::string_view name, std::string_view xmlns = {});
  XmlWriter& close();
  // <name>text</name>
  XmlWriter& element(std::string_view name, std::string_view text);
  // XML that was written by another writer.
  XmlWriter& raw(std::string_view xml);
  // Requires: every element closed.
  std::string take();

 private:
  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace gatehouse::aws
