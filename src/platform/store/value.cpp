#include "platform/store/value.hpp"

namespace gatehouse::store {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

constexpr std::string_view kTypeNames[] = {"NULL", "BOOL", "N", "S", "B", "SS", "NS", "BS", "L", "M"};

}  // namespace

std::string_view Value::type_name() const { return kTypeNames[data.index()]; }

std::size_t value_size(const Value& value) {
  const auto strings = [](const std::vector<std::string>& values) {
    std::size_t size = 0;
    for (const std::string& text : values) size += text.size();
    return size;
  };
  return std::visit(Overloaded{
                        [](const Null&) -> std::size_t { return 1; },
                        [](bool) -> std::size_t { return 1; },
                        [](const Number& number) { return number.stored_size(); },
                        [](const std::string& text) { return text.size(); },
                        [](const Binary& binary) { return binary.bytes.size(); },
                        [&](const StringSet& set) { return strings(set.values); },
                        [](const NumberSet& set) {
                          std::size_t size = 0;
                          for (const Number& number : set.values) size += number.stored_size();
                          return size;
                        },
                        [&](const BinarySet& set) { return strings(set.values); },
                        [](const List& list) {
                          std::size_t size = 3;
                          for (const Value& element : list) size += 1 + value_size(element);
                          return size;
                        },
                        [](const Item& map) { return 3 + map.size() + item_size(map); },
                    },
                    value.data);
}

std::size_t item_size(const Item& item) {
  std::size_t size = 0;
  for (const auto& [name, value] : item) size += name.size() + value_size(value);
  return size;
}

}  // namespace gatehouse::store
