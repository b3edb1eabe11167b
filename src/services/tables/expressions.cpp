#include "services/tables/expressions.hpp"

#include "services/tables/errors.hpp"

namespace gatehouse::tables {
namespace {

bool has_any(const ExpressionTexts& texts) {
  return texts.update || texts.condition || texts.filter || texts.projection || texts.key_condition;
}

// Placeholders without an expression that could use them.
Result<void> check_placeholders(const ExpressionTexts& texts) {
  if (texts.names != nullptr && !has_any(texts)) {
    return errors::validation("ExpressionAttributeNames can only be specified when using expressions");
  }
  if (texts.values == nullptr || texts.update || texts.condition || texts.filter || texts.key_condition) return {};
  std::string_view missing = "ConditionExpression is null";
  if (texts.kinds.update) missing = "UpdateExpression and ConditionExpression are null";
  if (texts.kinds.filter) missing = "FilterExpression is null";
  if (texts.kinds.key_condition) missing = "FilterExpression and KeyConditionExpression are null";
  return errors::validation("ExpressionAttributeValues can only be specified when using expressions: " +
                            std::string(missing));
}

// Parses one expression if there is one; false on failure.
template <typename Parsed, typename Parse>
bool parse_one(const std::optional<std::string_view>& text, Parse parse, std::optional<Parsed>& out, Error& error) {
  if (!text) return true;
  Result<Parsed> parsed = parse(*text);
  if (!parsed) {
    error = std::move(parsed.error());
    return false;
  }
  out.emplace(std::move(*parsed));
  return true;
}

}  // namespace

ExpressionTexts read_expressions(Input& input, ExpressionKinds kinds) {
  ExpressionTexts texts;
  texts.kinds = kinds;
  if (kinds.update) texts.update = input.text("UpdateExpression");
  if (kinds.condition) texts.condition = input.text("ConditionExpression");
  if (kinds.filter) texts.filter = input.text("FilterExpression");
  if (kinds.projection) texts.projection = input.text("ProjectionExpression");
  if (kinds.key_condition) texts.key_condition = input.text("KeyConditionExpression");
  texts.names = input.map("ExpressionAttributeNames");
  if (kinds.update || kinds.condition || kinds.filter) texts.values = input.map("ExpressionAttributeValues");
  return texts;
}

Result<Expressions> parse_expressions(const ExpressionTexts& texts) {
  Expressions result;
  if (texts.names == nullptr && texts.values == nullptr && !has_any(texts)) return result;
  if (Result<void> checked = check_placeholders(texts); !checked) return std::unexpected(std::move(checked.error()));
  Result<Substitutions> substitutions = Substitutions::parse(texts.names, texts.values);
  if (!substitutions) return std::unexpected(std::move(substitutions.error()));
  const auto condition_of = [&](std::string_view kind) {
    return [&substitutions, kind](std::string_view text) { return parse_condition(text, kind, *substitutions); };
  };
  Error error;
  const bool is_parsed =
      parse_one(
          texts.update, [&](auto text) { return parse_update(text, *substitutions); }, result.update, error) &&
      parse_one(texts.condition, condition_of("ConditionExpression"), result.condition, error) &&
      parse_one(texts.filter, condition_of("FilterExpression"), result.condition, error) &&
      parse_one(
          texts.projection, [&](auto text) { return parse_projection(text, *substitutions); }, result.projection,
          error) &&
      parse_one(
          texts.key_condition, [&](auto text) { return parse_key_condition(text, *substitutions); }, result.key_tests,
          error);
  if (!is_parsed) return std::unexpected(std::move(error));
  if (Result<void> used = substitutions->check_all_used(); !used) return std::unexpected(std::move(used.error()));
  return result;
}

void refuse_legacy_parameters(Input& input) {
  constexpr std::string_view kLegacy[] = {"AttributesToGet", "AttributeUpdates", "Expected",  "ConditionalOperator",
                                          "KeyConditions",   "QueryFilter",      "ScanFilter"};
  input.refuse(kLegacy);
}

}  // namespace gatehouse::tables
