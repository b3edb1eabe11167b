#include "services/tables/settings.hpp"

#include "services/tables/errors.hpp"
#include "services/tables/input.hpp"

namespace gatehouse::tables {
namespace {

constexpr std::string_view kBillingModes[] = {"PROVISIONED", "PAY_PER_REQUEST"};
constexpr std::string_view kTableClasses[] = {"STANDARD", "STANDARD_INFREQUENT_ACCESS"};

// Calls `read` with an Input for each object of a list.
template <typename Read>
void for_each_member(Input& input, std::string_view member, const json::array& list, Read read) {
  std::string name(member);
  name[0] = static_cast<char>(name[0] - 'A' + 'a');
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string prefix = input.prefix() + name + "." + std::to_string(i + 1) + ".member";
    const json::object* object = list[i].if_object();
    if (object == nullptr) {
      input.add_fault(member, "'[...]'", "Members must be structures");
      continue;
    }
    Input nested(*object, prefix + ".");
    read(nested);
    input.absorb(std::move(nested));
  }
}

void read_attributes(Input& input, TableConfig& config) {
  constexpr std::string_view kTypes[] = {"B", "N", "S"};
  const json::array& list = input.required_list("AttributeDefinitions");
  for_each_member(input, "AttributeDefinitions", list, [&](Input& member) {
    const std::string_view name = member.required_text("AttributeName", {1, 255});
    if (!member.has("AttributeType")) member.add_fault("AttributeType", "null", "Member must not be null");
    config.attributes.push_back({std::string(name), std::string(member.choice("AttributeType", kTypes, "S"))});
  });
}

void read_key_schema(Input& input, TableConfig& config) {
  constexpr std::string_view kRoles[] = {"HASH", "RANGE"};
  const json::array& list = input.required_list("KeySchema", {1, 2});
  for_each_member(input, "KeySchema", list, [&](Input& member) {
    const std::string_view name = member.required_text("AttributeName", {1, 255});
    if (!member.has("KeyType")) member.add_fault("KeyType", "null", "Member must not be null");
    config.key_schema.push_back({std::string(name), std::string(member.choice("KeyType", kRoles, "HASH"))});
  });
}

std::optional<Throughput> read_throughput(Input& input) {
  const json::object* object = input.map("ProvisionedThroughput");
  if (object == nullptr) return std::nullopt;
  Input nested(*object, "provisionedThroughput.");
  const auto units = [&nested](std::string_view member) {
    if (!nested.has(member)) nested.add_fault(member, "null", "Member must not be null");
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, nested.integer(member, 1, INT64_MAX).value_or(0)));
  };
  Throughput throughput;
  throughput.read_units = units("ReadCapacityUnits");
  throughput.write_units = units("WriteCapacityUnits");
  input.absorb(std::move(nested));
  return throughput;
}

// A feature that may be named as long as it is switched off.
void refuse_unless_off(Input& input, std::string_view member, std::string_view flag) {
  const json::object* object = input.map(member);
  if (object == nullptr) return;
  const std::optional<bool> is_on = bool_member(*object, flag);
  if (is_on && !*is_on) return;
  const std::string_view refused[] = {member};
  input.refuse(refused);
}

void refuse_unsupported(Input& input) {
  constexpr std::string_view kUnsupported[] = {"LocalSecondaryIndexes",
                                               "GlobalSecondaryIndexes",
                                               "GlobalSecondaryIndexUpdates",
                                               "ReplicaUpdates",
                                               "WarmThroughput",
                                               "OnDemandThroughput",
                                               "ResourcePolicy",
                                               "GlobalTableSourceArn",
                                               "GlobalTableSettingsReplicationMode",
                                               "GlobalTableWitnessUpdates",
                                               "MultiRegionConsistency"};
  input.refuse(kUnsupported);
  refuse_unless_off(input, "StreamSpecification", "StreamEnabled");
  refuse_unless_off(input, "SSESpecification", "Enabled");
}

BillingMode billing_mode(std::string_view text) {
  return text == "PAY_PER_REQUEST" ? BillingMode::kPayPerRequest : BillingMode::kProvisioned;
}

Result<void> check_throughput_changes(const Throughput& wanted, const Throughput& present) {
  if (wanted != present) return {};
  const auto show = [](std::string_view member, std::uint64_t now, std::uint64_t then) {
    return "Current " + std::string(member) + " provisioned for the table: " + std::to_string(now) + ". Requested " +
           std::string(member) + ": " + std::to_string(then) + ". ";
  };
  return errors::validation(
      "The provisioned throughput for the table will not change. The requested value equals the current value. " +
      show("ReadCapacityUnits", present.read_units, wanted.read_units) +
      show("WriteCapacityUnits", present.write_units, wanted.write_units) +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
}

}  // namespace

std::map<std::string, std::string> read_tags(Input& input, std::string_view member) {
  std::map<std::string, std::string> tags;
  const json::array* list = input.list(member);
  if (list == nullptr) return tags;
  for_each_member(input, member, *list, [&](Input& tag) {
    const std::string_view key = tag.required_text("Key", {1, 128});
    const std::string_view value = tag.required_text("Value", {0, 256});
    tags.insert_or_assign(std::string(key), std::string(value));
  });
  return tags;
}

Result<TableConfig> read_create_table(const json::object& members) {
  Input input(members);
  TableConfig config;
  config.name = input.table_name();
  read_attributes(input, config);
  read_key_schema(input, config);
  config.billing_mode = billing_mode(input.choice("BillingMode", kBillingModes, "PROVISIONED"));
  config.throughput = read_throughput(input).value_or(Throughput{});
  config.deletion_protection = input.flag("DeletionProtectionEnabled");
  config.table_class = input.choice("TableClass", kTableClasses, "STANDARD");
  config.tags = read_tags(input, "Tags");
  refuse_unsupported(input);
  if (Result<void> valid = input.check(); !valid) return std::unexpected(std::move(valid.error()));
  if (Result<void> valid = validate_config(config); !valid) return std::unexpected(std::move(valid.error()));
  return config;
}

Result<TableConfig> read_update_table(const json::object& members, const TableConfig& present) {
  Input input(members);
  TableConfig config = present;
  input.table_name();
  const std::string_view mode = input.choice("BillingMode", kBillingModes, "");
  const std::optional<Throughput> throughput = read_throughput(input);
  const std::optional<bool> protection = input.optional_flag("DeletionProtectionEnabled");
  const std::string_view table_class = input.choice("TableClass", kTableClasses, "");
  refuse_unsupported(input);
  if (Result<void> valid = input.check(); !valid) return std::unexpected(std::move(valid.error()));

  if (mode.empty() && !throughput && !protection && table_class.empty()) {
    return errors::validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
        "SSESpecification or ReplicaUpdates is required");
  }
  if (!mode.empty()) config.billing_mode = billing_mode(mode);
  const bool is_per_request = config.billing_mode == BillingMode::kPayPerRequest;
  if (throughput && !is_per_request && present.billing_mode == config.billing_mode) {
    Result<void> changes = check_throughput_changes(*throughput, present.throughput);
    if (!changes) return std::unexpected(std::move(changes.error()));
  }
  if (is_per_request) config.throughput = {};
  if (throughput) config.throughput = *throughput;
  if (protection) config.deletion_protection = *protection;
  if (!table_class.empty()) config.table_class = table_class;
  if (Result<void> valid = validate_config(config); !valid) return std::unexpected(std::move(valid.error()));
  return config;
}

}  // namespace gatehouse::tables
