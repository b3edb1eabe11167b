#include "protocol/template/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_set>

#include "base/text.hpp"

namespace gatehouse::templates {
namespace {

constexpr std::size_t kMaxDepth = 64;

// CloudFormation's short tags and the long names they stand for.
constexpr std::pair<std::string_view, std::string_view> kTags[] = {
    {"!Ref", "Ref"},
    {"!Condition", "Condition"},
    {"!GetAtt", "Fn::GetAtt"},
    {"!Sub", "Fn::Sub"},
    {"!Join", "Fn::Join"},
    {"!Select", "Fn::Select"},
    {"!Split", "Fn::Split"},
    {"!If", "Fn::If"},
    {"!Equals", "Fn::Equals"},
    {"!And", "Fn::And"},
    {"!Or", "Fn::Or"},
    {"!Not", "Fn::Not"},
    {"!FindInMap", "Fn::FindInMap"},
    {"!Base64", "Fn::Base64"},
    {"!ToJsonString", "Fn::ToJsonString"},
    {"!Length", "Fn::Length"},
    {"!ImportValue", "Fn::ImportValue"},
    {"!GetAZs", "Fn::GetAZs"},
    {"!Cidr", "Fn::Cidr"},
    {"!Transform", "Fn::Transform"},
};

// Ends the reading at the first thing that cannot be understood.
struct Stop {};

bool is_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return parse_unsigned(text).has_value();
}

bool is_float(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  if (dot == std::string_view::npos || !parse_unsigned(whole)) return false;
  const std::string_view fraction = text.substr(dot + 1);
  return !fraction.empty() && fraction.find_first_not_of("0123456789") == std::string_view::npos;
}

Node plain_scalar(const std::string& text, Position at) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return Node::null(std::move(at));
  if (text == "true" || text == "True" || text == "TRUE") return Node::boolean(true, std::move(at));
  if (text == "false" || text == "False" || text == "FALSE") return Node::boolean(false, std::move(at));
  if (is_integer(text)) return Node::number(Node::Kind::kInteger, text, std::move(at));
  if (is_float(text)) return Node::number(Node::Kind::kFloat, text, std::move(at));
  return Node::string(text, std::move(at));
}

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string file, Findings& findings)
      : file_(std::make_shared<const std::string>(std::move(file))), findings_(findings) {}

  std::optional<Node>& result() { return result_; }
  Position at(const YAML::Mark& mark) const {
    return {file_, static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
  }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "YAML aliases are not supported", "write the value out");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    no_anchor(mark, anchor);
    add(Node::null(at(mark)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    no_anchor(mark, anchor);
    if (is_name_next()) return take_name(mark, value);
    if (tag == "?") return add(plain_scalar(value, at(mark)));
    const std::string_view function = function_of(mark, tag);
    Node text = Node::string(value, at(mark));
    if (function == "Fn::GetAtt") text = split_attribute(mark, value);
    add(wrap(function, std::move(text)));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    no_anchor(mark, anchor);
    open(mark, tag, Node::list(at(mark)));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    no_anchor(mark, anchor);
    open(mark, tag, Node::map(at(mark)));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::string_view function;        // of a short tag; empty without one
    std::optional<std::string> name;  // maps: of the member whose value comes next
    Position name_at;
    std::unordered_set<std::string> names = {};  // maps: of all members so far
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string message, std::string cure = {}) {
    findings_.add(at(mark), "", std::move(message), std::move(cure));
    throw Stop{};
  }
  void no_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) refuse(mark, "YAML anchors are not supported", "write the value out");
  }
  bool is_name_next() const { return !open_.empty() && open_.back().node.is_map() && !open_.back().name; }

  void take_name(const YAML::Mark& mark, const std::string& name) {
    Open& map = open_.back();
    if (name == "<<") refuse(mark, "YAML merge keys are not supported", "write the members out");
    if (!map.names.insert(name).second) refuse(mark, fmt::format("{} is given twice", name), "keep one of the two");
    map.name = name;
    map.name_at = at(mark);
  }

  std::string_view function_of(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return {};
    std::vector<std::string_view> known;
    for (const auto& [short_tag, function] : kTags) {
      if (short_tag == tag) return function;
      known.push_back(short_tag);
    }
    const std::optional<std::string> near = nearest_name(tag, known);
    refuse(mark, fmt::format("unknown tag {}", tag), near ? "did you mean " + *near + "?" : "");
  }

  Node split_attribute(const YAML::Mark& mark, const std::string& text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string::npos) refuse(mark, "!GetAtt takes Resource.Attribute");
    Node parts = Node::list(at(mark));
    parts.push(Node::string(text.substr(0, dot), at(mark)));
    parts.push(Node::string(text.substr(dot + 1), at(mark)));
    return parts;
  }

  static Node wrap(std::string_view function, Node argument) {
    if (function.empty()) return argument;
    Node map = Node::map(argument.at());
    map.set(std::string(function), std::move(argument));
    return map;
  }

  void open(const YAML::Mark& mark, const std::string& tag, Node node) {
    if (is_name_next()) refuse(mark, "a member's name is a plain text");
    if (open_.size() >= kMaxDepth) refuse(mark, fmt::format("nested deeper than {} levels", kMaxDepth));
    open_.push_back({std::move(node), function_of(mark, tag), std::nullopt, {}});
  }
  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(wrap(done.function, std::move(done.node)));
  }
  void add(Node node) {
    if (open_.empty()) {
      result_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.push(std::move(node));
    } else if (!parent.name) {
      findings_.add(node.at(), "", "a member's name is a plain text");
      throw Stop{};
    } else {
      parent.node.members().push_back({std::move(*parent.name), parent.name_at, std::move(node)});
      parent.name.reset();
    }
  }

  std::shared_ptr<const std::string> file_;
  Findings& findings_;
  std::vector<Open> open_;
  std::optional<Node> result_;
};

}  // namespace

std::optional<Node> parse_document(std::string_view text, std::string file, Findings& findings) {
  Builder builder(std::move(file), findings);
  const Position start = builder.at(YAML::Mark::null_mark());
  if (text.size() > kMaxTemplateBytes) {
    findings.add(
        start, "",
        fmt::format("the template has {} bytes; CloudFormation takes {} at most", text.size(), kMaxTemplateBytes));
    return std::nullopt;
  }
  if (!is_utf8(text)) {
    findings.add(start, "", "the template is not UTF-8 text");
    return std::nullopt;
  }
  // JSON is a subset of YAML for everything that templates hold, so that one reader keeps the positions of both.
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder) || !builder.result()) {
      findings.add(start, "", "the template is empty");
      return std::nullopt;
    }
    Findings ignored;
    Builder second("", ignored);
    if (parser.HandleNextDocument(second)) {
      findings.add(start, "", "the file holds several YAML documents", "a template is one");
      return std::nullopt;
    }
  } catch (const YAML::Exception& error) {
    findings.add(builder.at(error.mark), "", "not valid YAML: " + error.msg);
    return std::nullopt;
  } catch (const Stop&) {
    return std::nullopt;
  }
  return std::move(builder.result());
}

}  // namespace gatehouse::templates
