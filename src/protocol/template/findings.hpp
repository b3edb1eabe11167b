// What is wrong with a template: all of it in one run, each with its place, the property's path and a cure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/template/node.hpp"

namespace gatehouse::templates {

struct Finding {
  Position at;
  std::string path;        // "Resources.ProxyApi.Properties.Auth"; may be empty
  std::string message;     // what is wrong
  std::string suggestion;  // what to write instead; may be empty

  // "template.yaml:12:7: Resources.X.Properties.Y: unknown property; did you mean Z?"
  std::string to_string() const;
};

// Collects findings; an empty collection means that the template may be deployed. Bounded: beyond kMax only counted.
class Findings {
 public:
  static constexpr std::size_t kMax = 200;

  // The same message for the same place is kept once: a value that a transform copied is wrong only where it stands.
  void add(const Position& at, std::string path, std::string message, std::string suggestion = {});
  // `message` and, when one of `known` is near `typed`, "did you mean ...?".
  void add_unknown(const Position& at, std::string path, std::string message, std::string_view typed,
                   std::span<const std::string_view> known);

  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size() + dropped_; }
  std::vector<Finding> sorted() const;  // by file and place
  std::string to_string() const;        // one line each, sorted

 private:
  std::vector<Finding> items_;
  std::size_t dropped_ = 0;
};

}  // namespace gatehouse::templates
