// A value of a template with the place where it was written: what YAML and JSON become before anything is understood.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace gatehouse::templates {

// Where something stands in a file. Cheap to copy; line 0 means "nowhere" (a value that Gatehouse made itself).
struct Position {
  std::shared_ptr<const std::string> file;
  std::uint32_t line = 0;    // from 1
  std::uint32_t column = 0;  // from 1

  std::string to_string() const;  // "template.yaml:12:7"
};

// One value: null, a scalar, an ordered map or a list. A value type: copies are deep, moves are cheap.
//
// Scalars keep their text as it was written, so that an account id such as 012345678901 or a number such as 1.10 never
// changes. As CloudFormation reads YAML: only true and false (three spellings each) are booleans, so yes, no, on and
// off are strings; a date is a string; a number with a leading zero is a string.
class Node {
 public:
  enum class Kind : std::uint8_t {
    kNull,
    kBool,
    kInteger,
    kFloat,
    kString,
    kList,
    kMap,
    kUnknown,  // known only when the stack is deployed (Ref of a resource, a secret); only the static check makes these
  };
  struct Member;

  Node();  // null, nowhere
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();
  static Node null(Position at = {});
  static Node boolean(bool value, Position at = {});
  static Node integer(std::int64_t value, Position at = {});
  static Node number(Kind kind, std::string text, Position at = {});
  static Node string(std::string text, Position at = {});
  static Node list(Position at = {});
  static Node map(Position at = {});
  // `what` says where the value will come from, for messages: "Ref ProductsTable".
  static Node unknown(std::string what, Position at = {});
  static Node from_json(const json::value& value, const Position& at = {});

  Kind kind() const { return kind_; }
  const Position& at() const { return at_; }
  void set_at(Position at) { at_ = std::move(at); }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_list() const { return kind_ == Kind::kList; }
  bool is_map() const { return kind_ == Kind::kMap; }
  bool is_unknown() const { return kind_ == Kind::kUnknown; }
  bool is_scalar() const { return kind_ >= Kind::kBool && kind_ <= Kind::kString; }
  std::string_view kind_name() const;  // "a string", "a list" ... for messages

  // Scalars: the text as written ("true" and "false" for booleans). kUnknown: where it will come from.
  const std::string& text() const { return text_; }
  // Lenient as CloudFormation is: the string "true" is a boolean and the string "5" a number where one is wanted.
  std::optional<bool> as_bool() const;
  std::optional<std::int64_t> as_integer() const;
  std::optional<double> as_number() const;

  // Lists.
  const std::vector<Node>& items() const;
  std::vector<Node>& items();
  Node& push(Node value);

  // Maps; the order is the file's.
  const std::vector<Member>& members() const;
  std::vector<Member>& members();
  const Node* find(std::string_view name) const;  // null when absent or not a map
  Node* find(std::string_view name);
  Node& set(std::string name, Node value);  // adds, or replaces in place
  bool erase(std::string_view name);
  std::vector<std::string_view> names() const;

  // {"Ref": ...}, {"Condition": ...} or {"Fn::...": ...}: a map of one member with such a name.
  bool is_intrinsic() const;
  // The name and the argument of an intrinsic. Requires: is_intrinsic().
  const std::string& intrinsic_name() const;
  const Node& intrinsic_argument() const;

  // Numbers become JSON numbers, all else what it is; kUnknown becomes a string.
  json::value to_json() const;
  std::string to_json_text() const;  // compact, members in order, numbers as written

  // Same kind, text, items and members (in any order); positions do not count.
  friend bool operator==(const Node& a, const Node& b);

 private:
  Node(Kind kind, std::string text, Position at);

  Kind kind_ = Kind::kNull;
  Position at_;
  std::string text_;
  std::vector<Node> items_;
  std::vector<Member> members_;
};

struct Node::Member {
  std::string name;
  Position name_at;
  Node value;
};

}  // namespace gatehouse::templates
