#include <algorithm>
#include <charconv>

#include "platform/store/value.hpp"

namespace gatehouse::store {
namespace {

constexpr std::size_t kMaxDigits = 38;
// A number is 0.d1d2d3... x 10^exponent, so 1E-130 has exponent -129 and 9.99E+125 has exponent 126.
constexpr int kMaxExponent = 126;
constexpr int kMinExponent = -129;
constexpr std::size_t kMaxTextBytes = 1024;

constexpr std::string_view kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr std::string_view kTooPrecise = "Attempting to store more than 38 significant digits in a Number";

std::unexpected<Error> refuse(std::string_view message) {
  return fail(Error::Kind::kInvalid, "ValidationException", std::string(message));
}
std::unexpected<Error> not_a_number(std::string_view text) {
  return refuse(fmt::format("The parameter cannot be converted to a numeric value: {}", text.substr(0, 128)));
}

// Decimal digits with an exponent, before it is known whether they fit a Number.
struct Scanned {
  bool negative = false;
  std::string digits;  // all of the mantissa's
  long exponent = 0;   // of 0.digits
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Scanned> scan(std::string_view text) {
  Scanned scanned;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    scanned.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) scanned.digits.push_back(text[at++]);
  scanned.exponent = static_cast<long>(scanned.digits.size());
  if (at < text.size() && text[at] == '.') {
    ++at;
    while (at < text.size() && is_digit(text[at])) scanned.digits.push_back(text[at++]);
  }
  if (scanned.digits.empty()) return std::nullopt;
  if (at == text.size()) return scanned;
  if (text[at] != 'e' && text[at] != 'E') return std::nullopt;
  std::string_view exponent = text.substr(at + 1);
  if (exponent.starts_with('+')) {
    exponent.remove_prefix(1);
    if (exponent.starts_with('-')) return std::nullopt;
  }
  long value = 0;
  const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
  if (exponent.empty() || end != exponent.data() + exponent.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range)
    value = exponent[0] == '-' ? -1'000'000 : 1'000'000;
  else if (error != std::errc{})
    return std::nullopt;
  scanned.exponent += std::clamp(value, -1'000'000L, 1'000'000L);
  return scanned;
}

// Takes zeros off both ends; leading ones lower the exponent.
void trim_zeros(std::string& digits, long& exponent) {
  const std::size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) {
    digits.clear();
    exponent = 0;
    return;
  }
  digits.erase(0, first);
  exponent -= static_cast<long>(first);
  digits.erase(digits.find_last_not_of('0') + 1);
}

// Digits of `number` as an integer of `width` digits that starts at 10^(top - 1).
std::string aligned(const std::string& digits, long exponent, long top, std::size_t width) {
  std::string out(width, '0');
  const auto shift = static_cast<std::size_t>(top - exponent);
  std::ranges::copy(digits, out.begin() + static_cast<std::ptrdiff_t>(shift));
  return out;
}

std::string add_digits(const std::string& a, const std::string& b) {
  std::string sum(a.size() + 1, '0');
  int carry = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    const int digit = (a[i] - '0') + (b[i] - '0') + carry;
    sum[i + 1] = static_cast<char>('0' + digit % 10);
    carry = digit / 10;
  }
  sum[0] = static_cast<char>('0' + carry);
  return sum;
}

// Requires: a >= b as text.
std::string subtract_digits(const std::string& a, const std::string& b) {
  std::string difference(a.size(), '0');
  int borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) {
    int digit = a[i] - b[i] - borrow;
    borrow = digit < 0 ? 1 : 0;
    if (digit < 0) digit += 10;
    difference[i] = static_cast<char>('0' + digit);
  }
  return difference;
}

}  // namespace

// Makes Numbers of checked parts; the disk codec uses it too.
struct NumberCodec {
  static Result<Number> make(bool negative, std::string digits, long exponent) {
    trim_zeros(digits, exponent);
    Number number;
    if (digits.empty()) return number;
    if (digits.size() > kMaxDigits) return refuse(kTooPrecise);
    if (exponent > kMaxExponent) return refuse(kOverflow);
    if (exponent < kMinExponent) return refuse(kUnderflow);
    number.negative_ = negative;
    number.exponent_ = static_cast<std::int16_t>(exponent);
    number.digits_ = std::move(digits);
    return number;
  }
};

Result<Number> Number::parse(std::string_view text) {
  if (text.empty()) return not_a_number(text);
  if (text.size() > kMaxTextBytes) return refuse(kTooPrecise);
  std::optional<Scanned> scanned = scan(text);
  if (!scanned) return not_a_number(text);
  return NumberCodec::make(scanned->negative, std::move(scanned->digits), scanned->exponent);
}

Number Number::from_integer(std::int64_t value) { return *parse(std::to_string(value)); }

std::string Number::to_string() const {
  if (digits_.empty()) return "0";
  std::string out = negative_ ? "-" : "";
  const auto size = static_cast<int>(digits_.size());
  if (exponent_ >= size) {
    out += digits_;
    out.append(static_cast<std::size_t>(exponent_ - size), '0');
  } else if (exponent_ > 0) {
    out.append(digits_, 0, static_cast<std::size_t>(exponent_)).push_back('.');
    out.append(digits_, static_cast<std::size_t>(exponent_));
  } else {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent_), '0');
    out += digits_;
  }
  return out;
}

Result<Number> Number::add(const Number& a, const Number& b) {
  if (a.digits_.empty()) return b;
  if (b.digits_.empty()) return a;
  const long top = std::max(a.exponent_, b.exponent_);
  const long bottom =
      std::min(a.exponent_ - static_cast<long>(a.digits_.size()), b.exponent_ - static_cast<long>(b.digits_.size()));
  const auto width = static_cast<std::size_t>(top - bottom);
  const std::string left = aligned(a.digits_, a.exponent_, top, width);
  const std::string right = aligned(b.digits_, b.exponent_, top, width);
  if (a.negative_ == b.negative_) return NumberCodec::make(a.negative_, add_digits(left, right), top + 1);
  if (left >= right) return NumberCodec::make(a.negative_, subtract_digits(left, right), top);
  return NumberCodec::make(b.negative_, subtract_digits(right, left), top);
}

Result<Number> Number::subtract(const Number& a, const Number& b) {
  Number negated = b;
  negated.negative_ = !b.digits_.empty() && !b.negative_;
  return add(a, negated);
}

std::strong_ordering Number::operator<=>(const Number& other) const {
  const int left_sign = digits_.empty() ? 0 : negative_ ? -1 : 1;
  const int right_sign = other.digits_.empty() ? 0 : other.negative_ ? -1 : 1;
  if (left_sign != right_sign || left_sign == 0) return left_sign <=> right_sign;
  const std::strong_ordering magnitude =
      exponent_ != other.exponent_ ? exponent_ <=> other.exponent_ : digits_.compare(other.digits_) <=> 0;
  return left_sign > 0 ? magnitude : 0 <=> magnitude;
}

// A class byte (negative, zero, positive), then the exponent, then the digits plus one, then an end byte; for negative
// numbers everything behind the class byte is complemented, so that a larger magnitude sorts first.
void Number::append_ordered(std::string& out) const {
  if (digits_.empty()) {
    out.push_back('\x02');
    return;
  }
  out.push_back(negative_ ? '\x01' : '\x03');
  const auto put = [&](int byte) { out.push_back(static_cast<char>(negative_ ? 0xff - byte : byte)); };
  put(exponent_ - kMinExponent);  // 0 to 255
  for (const char digit : digits_) put(digit - '0' + 1);
  put(0);
}

std::string Number::ordered() const {
  std::string out;
  append_ordered(out);
  return out;
}

std::optional<Number> Number::from_ordered(std::string_view bytes) {
  if (bytes == "\x02") return Number();
  if (bytes.size() < 4 || (bytes[0] != '\x01' && bytes[0] != '\x03')) return std::nullopt;
  const bool negative = bytes[0] == '\x01';
  const auto get = [&](std::size_t at) {
    const int byte = static_cast<unsigned char>(bytes[at]);
    return negative ? 0xff - byte : byte;
  };
  if (get(bytes.size() - 1) != 0) return std::nullopt;
  std::string digits;
  for (std::size_t i = 2; i + 1 < bytes.size(); ++i) {
    const int digit = get(i) - 1;
    if (digit < 0 || digit > 9) return std::nullopt;
    digits.push_back(static_cast<char>('0' + digit));
  }
  Result<Number> number = NumberCodec::make(negative, std::move(digits), get(1) + kMinExponent);
  if (!number) return std::nullopt;
  return std::move(*number);
}

std::size_t Number::stored_size() const { return (digits_.size() + 1) / 2 + 1 + (negative_ ? 1 : 0); }

}  // namespace gatehouse::store
