// The binary form of items on disk (docs/formats.md).
#include <cstring>

#include "platform/store/value.hpp"

namespace gatehouse::store {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kMaxDepth = 40;  // DynamoDB's 32 with room; bounds the recursion on damaged bytes

enum class Tag : std::uint8_t {
  kNull,
  kFalse,
  kTrue,
  kNumber,
  kString,
  kBinary,
  kStringSet,
  kNumberSet,
  kBinarySet,
  kList,
  kMap
};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void map(const Item& item) {
    size(item.size());
    for (const auto& [name, value] : item) {
      text(name);
      write(value);
    }
  }

 private:
  void tag(Tag tag) { out_.push_back(static_cast<char>(tag)); }
  void size(std::size_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  void text(std::string_view value) {
    size(value.size());
    out_.append(value);
  }
  void texts(Tag kind, const std::vector<std::string>& values) {
    tag(kind);
    size(values.size());
    for (const std::string& value : values) text(value);
  }

  void write(const Value& value) {
    std::visit([this](const auto& inner) { put(inner); }, value.data);
  }
  void put(const Null&) { tag(Tag::kNull); }
  void put(bool value) { tag(value ? Tag::kTrue : Tag::kFalse); }
  void put(const Number& value) {
    tag(Tag::kNumber);
    text(value.ordered());
  }
  void put(const std::string& value) {
    tag(Tag::kString);
    text(value);
  }
  void put(const Binary& value) {
    tag(Tag::kBinary);
    text(value.bytes);
  }
  void put(const StringSet& set) { texts(Tag::kStringSet, set.values); }
  void put(const BinarySet& set) { texts(Tag::kBinarySet, set.values); }
  void put(const NumberSet& set) {
    tag(Tag::kNumberSet);
    size(set.values.size());
    for (const Number& value : set.values) text(value.ordered());
  }
  void put(const List& list) {
    tag(Tag::kList);
    size(list.size());
    for (const Value& value : list) write(value);
  }
  void put(const Item& item) {
    tag(Tag::kMap);
    map(item);
  }

  std::string& out_;
};

// Every read checks its bounds; a failed one leaves the reader failed and everything after it empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

  Item map(std::size_t depth) {
    Item item;
    const std::size_t count = size();
    for (std::size_t i = 0; i < count && ok_; ++i) {
      std::string name(text());
      item.insert_or_assign(item.end(), std::move(name), value(depth));
    }
    return item;
  }

 private:
  std::size_t size() {
    std::size_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view text() {
    const std::size_t length = size();
    if (!ok_ || length > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view out = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return out;
  }
  Number number() {
    std::optional<Number> value = Number::from_ordered(text());
    if (!value) ok_ = false;
    return value.value_or(Number());
  }
  std::vector<std::string> texts() {
    std::vector<std::string> values;
    const std::size_t count = size();
    for (std::size_t i = 0; i < count && ok_; ++i) values.emplace_back(text());
    return values;
  }

  Value value(std::size_t depth) {
    if (!ok_ || rest_.empty() || depth == 0) {
      ok_ = false;
      return {};
    }
    const auto tag = static_cast<Tag>(rest_.front());
    rest_.remove_prefix(1);
    switch (tag) {
      case Tag::kNull:
        return Null{};
      case Tag::kFalse:
        return false;
      case Tag::kTrue:
        return true;
      case Tag::kNumber:
        return number();
      case Tag::kString:
        return std::string(text());
      case Tag::kBinary:
        return Binary{std::string(text())};
      case Tag::kStringSet:
        return StringSet{texts()};
      case Tag::kBinarySet:
        return BinarySet{texts()};
      case Tag::kNumberSet: {
        NumberSet set;
        const std::size_t count = size();
        for (std::size_t i = 0; i < count && ok_; ++i) set.values.push_back(number());
        return set;
      }
      case Tag::kList: {
        List list;
        const std::size_t count = size();
        for (std::size_t i = 0; i < count && ok_; ++i) list.push_back(value(depth - 1));
        return list;
      }
      case Tag::kMap:
        return map(depth - 1);
    }
    ok_ = false;
    return {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string encode_item(const Item& item) {
  std::string out;
  out.reserve(item_size(item) + 4 * item.size() + 8);
  out.push_back(kVersion);
  Writer(out).map(item);
  return out;
}

Result<Item> decode_item(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kVersion) {
    return fail(Error::Kind::kInternal, "", "Internal error", "an item on disk has an unknown format");
  }
  Reader reader(bytes.substr(1));
  Item item = reader.map(kMaxDepth);
  if (!reader.ok() || !reader.at_end()) {
    return fail(Error::Kind::kInternal, "", "Internal error", "an item on disk is damaged");
  }
  return item;
}

}  // namespace gatehouse::store
