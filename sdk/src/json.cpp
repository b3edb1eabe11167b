#include "gatehouse/sdk/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <map>
#include <utility>

namespace gatehouse::sdk {
namespace {

// Builds the value and counts the members that it reads: an object keeps only the last of two members with one name,
// so a value with fewer members than were read had a duplicate.
struct CountingHandler {
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  using Code = boost::system::error_code;
  using Text = json::string_view;

  json::value_stack stack;
  std::size_t members = 0;
  std::size_t depth = 0;
  std::string key;                       // what has been read of the present name
  std::map<std::string, int> top_names;  // how often each name stands in the outermost object

  bool on_document_begin(Code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) {
    ++depth;
    return true;
  }
  bool on_object_end(std::size_t count, Code&) {
    --depth;
    members += count;
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(Code&) {
    ++depth;
    return true;
  }
  bool on_array_end(std::size_t count, Code&) {
    --depth;
    stack.push_array(count);
    return true;
  }
  bool on_key_part(Text text, std::size_t, Code&) {
    if (depth == 1) key.append(text);
    stack.push_chars(text);
    return true;
  }
  bool on_key(Text text, std::size_t, Code&) {
    if (depth == 1) {
      key.append(text);
      ++top_names[std::exchange(key, {})];
    }
    stack.push_key(text);
    return true;
  }
  bool on_string_part(Text text, std::size_t, Code&) {
    stack.push_chars(text);
    return true;
  }
  bool on_string(Text text, std::size_t, Code&) {
    stack.push_string(text);
    return true;
  }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t number, Text, Code&) {
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, Code&) {
    stack.push_uint64(number);
    return true;
  }
  bool on_double(double number, Text, Code&) {
    stack.push_double(number);
    return true;
  }
  bool on_bool(bool truth, Code&) {
    stack.push_bool(truth);
    return true;
  }
  bool on_null(Code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

using Parser = json::basic_parser<CountingHandler>;

Parser make_parser(std::size_t max_depth) {
  json::parse_options options;
  options.max_depth = max_depth;
  return Parser(options);
}

Result<void> parse(Parser& parser, std::string_view text) {
  boost::system::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used != text.size()) error = json::error::extra_data;
  if (error) return std::unexpected(Error{"InvalidJson", "not JSON at byte " + std::to_string(used)});
  return {};
}

std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const json::object* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) count += count_members(element);
  }
  return count;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
  Parser parser = make_parser(max_depth);
  if (const Result<void> read = parse(parser, text); !read) return std::unexpected(read.error());
  json::value value = parser.handler().stack.release();
  if (count_members(value) != parser.handler().members) {
    return std::unexpected(Error{"InvalidJson", "an object names a member twice"});
  }
  return value;
}

Result<StrictObject> parse_object(std::string_view text, std::size_t max_depth) {
  Parser parser = make_parser(max_depth);
  if (const Result<void> read = parse(parser, text); !read) return std::unexpected(read.error());
  json::value value = parser.handler().stack.release();
  if (!value.is_object()) return std::unexpected(Error{"InvalidJson", "not an object"});
  StrictObject object{std::move(value.get_object()), {}};
  for (const auto& [name, count] : parser.handler().top_names) {
    if (count > 1) object.repeated.push_back(name);
  }
  return object;
}

std::string to_text(const json::value& value) { return json::serialize(value); }

std::optional<std::string_view> string_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const json::string& text = value->get_string();
  return std::string_view(text.data(), text.size());
}

}  // namespace gatehouse::sdk
