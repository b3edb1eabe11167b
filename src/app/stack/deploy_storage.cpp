// Tables, secrets, buckets and log groups.
#include <filesystem>

#include "app/stack/deployer.hpp"
#include "base/text.hpp"
#include "services/logs/logs.hpp"
#include "services/secrets/secrets.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::app {
namespace {

using templates::Node;

tables::TableConfig table_config(const Node& properties, std::string name) {
  tables::TableConfig config;
  config.name = std::move(name);
  for (const Node& attribute : part_of(properties, "AttributeDefinitions").items()) {
    config.attributes.push_back({text_of(attribute, "AttributeName"), text_of(attribute, "AttributeType")});
  }
  for (const Node& element : part_of(properties, "KeySchema").items()) {
    config.key_schema.push_back({text_of(element, "AttributeName"), text_of(element, "KeyType")});
  }
  config.billing_mode = text_of(properties, "BillingMode") == "PAY_PER_REQUEST" ? tables::BillingMode::kPayPerRequest
                                                                                : tables::BillingMode::kProvisioned;
  const Node& throughput = part_of(properties, "ProvisionedThroughput");
  config.throughput.read_units = static_cast<std::uint64_t>(integer_of(throughput, "ReadCapacityUnits").value_or(0));
  config.throughput.write_units = static_cast<std::uint64_t>(integer_of(throughput, "WriteCapacityUnits").value_or(0));
  config.deletion_protection = flag_of(properties, "DeletionProtectionEnabled", false);
  config.table_class = text_of(properties, "TableClass", config.table_class);
  for (const Node& tag : part_of(properties, "Tags").items())
    config.tags.insert_or_assign(text_of(tag, "Key"), text_of(tag, "Value"));
  return config;
}

secrets::GeneratedValue generated_value(const Node& node) {
  secrets::GeneratedValue value;
  value.rules.length = static_cast<std::size_t>(integer_of(node, "PasswordLength").value_or(32));
  value.rules.exclude_characters = text_of(node, "ExcludeCharacters");
  value.rules.exclude_lowercase = flag_of(node, "ExcludeLowercase", false);
  value.rules.exclude_uppercase = flag_of(node, "ExcludeUppercase", false);
  value.rules.exclude_numbers = flag_of(node, "ExcludeNumbers", false);
  value.rules.exclude_punctuation = flag_of(node, "ExcludePunctuation", false);
  value.rules.include_space = flag_of(node, "IncludeSpace", false);
  value.rules.require_each_included_type = flag_of(node, "RequireEachIncludedType", true);
  value.secret_string_template = text_of(node, "SecretStringTemplate");
  value.generate_string_key = text_of(node, "GenerateStringKey");
  return value;
}

std::string content_type_of(std::string_view name) {
  return name.ends_with(".json") ? "application/json" : "text/plain; charset=utf-8";
}

}  // namespace

Task<Result<Made>> Deployer::make_table(const Resource& resource, const Node& properties) {
  const std::string name = name_of(resource, properties, "TableName");
  const Result<tables::TablePtr> table = co_await services_.tables().ensure_table(table_config(properties, name));
  if (!table) co_return std::unexpected(table.error());
  co_return Made{.ref = name, .attributes = {{"Arn", (*table)->arn}}};
}

Task<Result<Made>> Deployer::make_secret(const Resource& resource, const Node& properties) {
  secrets::TemplateSecret secret;
  secret.name = text_of(properties, "Name");
  if (secret.name.empty()) {
    // The physical id is the ARN, which ends with the name and six random characters.
    const std::optional<std::string> earlier = state_.physical_id(resource.logical_id, resource.type);
    secret.name = earlier ? earlier->substr(earlier->rfind(':') + 1, earlier->size() - earlier->rfind(':') - 8)
                          : fmt::format("{}-{}", resource.logical_id,
                                        services_.random().text(
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 12));
  }
  secret.description = text_of(properties, "Description");
  if (properties.find("SecretString") != nullptr) secret.secret_string = text_of(properties, "SecretString");
  if (const Node* generate = properties.find("GenerateSecretString")) secret.generate = generated_value(*generate);
  for (const Node& tag : part_of(properties, "Tags").items())
    secret.tags.push_back({text_of(tag, "Key"), text_of(tag, "Value")});
  const Result<secrets::Ensured> made = co_await services_.secrets().ensure(std::move(secret));
  if (!made) co_return std::unexpected(made.error());
  co_return Made{.ref = made->arn, .attributes = {{"Id", made->arn}}};
}

Task<Result<Made>> Deployer::make_bucket(const Resource& resource, const Node& properties) {
  sites::WebsiteConfig website;
  website.bucket = lower(name_of(resource, properties, "BucketName"));
  const templates::Evaluator evaluator(template_, *this);
  const std::string path = "Resources." + resource.logical_id + ".Metadata.Gatehouse";
  const Result<Node> own = evaluator.evaluate(part_of(resource.metadata, "Gatehouse"), path);
  if (!own) co_return std::unexpected(own.error());
  const std::filesystem::path base = std::filesystem::absolute(services_.settings().template_file).parent_path();
  website.folder = (base / text_of(*own, "Content")).lexically_normal();
  const Node& hosting = part_of(properties, "WebsiteConfiguration");
  website.index_suffix = text_of(hosting, "IndexDocument", website.index_suffix);
  website.error_document = text_of(hosting, "ErrorDocument");
  for (const Node::Member& header : part_of(*own, "Headers").members())
    website.headers.push_back({header.name, header.value.text()});
  for (const Node::Member& file : part_of(*own, "Files").members()) {
    std::string content = file.value.is_scalar() ? file.value.text() : file.value.to_json_text() + "\n";
    website.objects.insert_or_assign(file.name, sites::VirtualFile{content_type_of(file.name), std::move(content)});
  }
  // The policy that makes a site public allows reading, not listing.
  website.hides_missing_keys = true;
  const std::string bucket = website.bucket;
  websites_.push_back(std::move(website));
  const std::string region = template_.environment().region;
  co_return Made{.ref = bucket,
                 .attributes = {{"Arn", "arn:aws:s3:::" + bucket},
                                {"DomainName", bucket + ".s3.amazonaws.com"},
                                {"RegionalDomainName", bucket + ".s3." + region + ".amazonaws.com"},
                                {"WebsiteURL", addresses_.site_url}}};
}

Task<Result<Made>> Deployer::make_bucket_policy(const Resource&, const Node& properties) {
  co_return Made{.ref = text_of(properties, "Bucket")};
}

Task<Result<Made>> Deployer::make_log_group(const Resource& resource, const Node& properties) {
  const std::string name = name_of(resource, properties, "LogGroupName");
  std::optional<int> retention;
  if (const auto days = integer_of(properties, "RetentionInDays")) retention = static_cast<int>(*days);
  const Result<void> made = co_await services_.logs().ensure_group(name, retention);
  if (!made) co_return std::unexpected(made.error());
  co_return Made{.ref = name, .attributes = {{"Arn", arn("logs", "log-group:" + name + ":*")}}};
}

}  // namespace gatehouse::app
