// Path templates compiled into a tree: which method of which resource answers a request.
//
// A literal segment beats {parameter}, which beats {proxy+}; a method beats ANY (API Gateway: resource and method
// matching). A resource without the method does not answer, so that a greedy sibling may. Immutable once built;
// matching allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::gateway {

inline constexpr std::size_t kMaxPathParameters = 16;

struct RouteMatch {
  std::uint32_t method_index = 0;  // what add() was given
  std::size_t parameter_count = 0;
  std::array<std::string_view, kMaxPathParameters> values;  // still encoded; names are the template's
};

class RouteTree {
 public:
  RouteTree() { nodes_.emplace_back(); }

  // The names of the template's parameters, in order. Errors (kInvalid): bad template, method or duplicate.
  Result<std::vector<std::string>> add(std::string_view path_template, std::string_view http_method,
                                       std::uint32_t method_index);
  // `path` begins with "/". A slash at the end does not count.
  bool match(std::string_view path, std::string_view http_method, RouteMatch& out) const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Method {
    std::string name;
    std::uint32_t index;
  };
  struct Node {
    std::vector<std::pair<std::string, std::uint32_t>> literals;
    std::uint32_t parameter = kNone;
    std::uint32_t greedy = kNone;
    std::string variable;  // of the parameter or greedy node itself
    std::vector<Method> methods;
    std::uint32_t any = kNone;
  };

  std::uint32_t child(std::uint32_t parent, std::string_view segment, std::string& problem);
  std::uint32_t method_of(const Node& node, std::string_view http_method) const;
  bool walk(std::uint32_t at, std::string_view rest, std::string_view http_method, RouteMatch& out) const;

  std::vector<Node> nodes_;
};

}  // namespace gatehouse::gateway
