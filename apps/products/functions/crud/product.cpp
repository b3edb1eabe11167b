#include "crud/product.hpp"

#include <algorithm>
#include <array>

#include "gatehouse/sdk/text.hpp"

namespace products {
namespace {

constexpr std::size_t kMaxIdLength = 64;
constexpr std::size_t kMaxNameLength = 200;
constexpr std::size_t kMaxDescriptionLength = 2000;
constexpr std::array<std::string_view, 3> kFields{"productId", "productName", "description"};

// Bounds an answer to a body full of unknown members.
constexpr std::size_t kMaxFaults = 100;
constexpr std::size_t kMaxShownName = 64;

bool is_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Unicode's White_Space property.
bool is_white_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// What is wrong with a field's text; empty when nothing is.
using Check = std::string (*)(std::string_view text, std::u32string_view characters);

std::string check_id(std::string_view text, std::u32string_view) {
  return is_product_id(text) ? "" : "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -";
}

std::string check_name(std::string_view, std::u32string_view characters) {
  if (characters.empty() || characters.size() > kMaxNameLength) return "must be 1 to 200 characters long";
  return std::ranges::all_of(characters, is_white_space) ? "must not be only white space" : "";
}

std::string check_description(std::string_view, std::u32string_view characters) {
  return characters.size() > kMaxDescriptionLength ? "must be at most 2000 characters long" : "";
}

// Reads the members of one object and gathers their faults.
class Reader {
 public:
  explicit Reader(const sdk::StrictObject& object) : object_(object) {}

  std::string take(std::string_view field, Check check, bool is_required = true) {
    const sdk::json::value* value = object_.members.if_contains(field);
    if (value == nullptr) {
      if (is_required) fault(field, "is missing");
      return {};
    }
    if (std::ranges::find(object_.repeated, field) != object_.repeated.end()) {
      fault(field, "is given twice");
      return {};
    }
    if (!value->is_string()) {
      fault(field, "must be a string");
      return {};
    }
    std::string text(value->get_string());
    const std::optional<std::u32string> characters = sdk::code_points(text);
    std::string problem = !characters ? "must be valid Unicode" : check(text, *characters);
    if (characters && characters->contains(U'\0')) problem = "must not contain U+0000";
    if (!problem.empty()) fault(field, std::move(problem));
    return text;
  }

  void refuse_unknown() {
    for (const auto& member : object_.members) {
      const std::string_view name(member.key().data(), member.key().size());
      if (std::ranges::find(kFields, name) == kFields.end() && faults_.size() < kMaxFaults)
        fault(shown(name), "is not known");
    }
  }

  void fault(std::string_view field, std::string problem) {
    faults_.push_back({std::string(field), std::move(problem)});
  }
  bool has_fault(std::string_view field) const {
    return std::ranges::find(faults_, field, &Fault::field) != faults_.end();
  }
  Faults take_faults() { return std::move(faults_); }

 private:
  // A name in full, or its beginning, cut between two characters.
  static std::string shown(std::string_view name) {
    if (name.size() <= kMaxShownName) return std::string(name);
    std::size_t end = kMaxShownName;
    while ((static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    return std::string(name.substr(0, end)) + "...";
  }

  const sdk::StrictObject& object_;
  Faults faults_;
};

}  // namespace

sdk::json::object Product::to_json() const {
  return {{"productId", id}, {"productName", name}, {"description", description}};
}

bool is_product_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdLength && std::ranges::all_of(text, is_id_character);
}

std::variant<Product, Faults, NotAnObject> read_product(std::string_view body,
                                                        std::optional<std::string_view> path_id) {
  const sdk::Result<sdk::StrictObject> object = sdk::parse_object(body);
  if (!object) return NotAnObject{};
  Reader reader(*object);
  Product product;
  product.id = reader.take("productId", check_id, !path_id);
  product.name = reader.take("productName", check_name);
  product.description = reader.take("description", check_description);
  reader.refuse_unknown();
  if (path_id && object->members.contains("productId") && !reader.has_fault("productId") && product.id != *path_id) {
    reader.fault("productId", "must be the one in the address");
  }
  if (Faults faults = reader.take_faults(); !faults.empty()) return faults;
  if (path_id) product.id = *path_id;
  return product;
}

}  // namespace products
