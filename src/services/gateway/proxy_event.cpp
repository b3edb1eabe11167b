#include "services/gateway/proxy_event.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"

namespace gatehouse::gateway {
namespace {

constexpr std::uint32_t kEnd = UINT32_MAX;

// Which entries share a name: for each entry the next one of that name; heads are the first ones.
class Groups {
 public:
  Groups(const NamedViews& entries, bool ignore_case) : next_(entries.size(), kEnd) {
    std::unordered_map<std::string, std::uint32_t> last;  // many entries only: quadratic work is for few
    const bool is_large = entries.size() > 32;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      const std::uint32_t before =
          is_large ? remember(last, entries[i].name, i, ignore_case) : search(entries, i, ignore_case);
      if (before == kEnd) {
        heads_.push_back(i);
      } else {
        next_[before] = i;
      }
    }
  }
  const std::vector<std::uint32_t>& heads() const { return heads_; }
  std::uint32_t next(std::uint32_t i) const { return next_[i]; }
  std::uint32_t last(std::uint32_t i) const {
    while (next_[i] != kEnd) i = next_[i];
    return i;
  }

 private:
  static std::uint32_t remember(std::unordered_map<std::string, std::uint32_t>& last, std::string_view name,
                                std::uint32_t i, bool ignore_case) {
    const auto [entry, is_new] = last.try_emplace(ignore_case ? lower(name) : std::string(name), i);
    return is_new ? kEnd : std::exchange(entry->second, i);
  }
  static std::uint32_t search(const NamedViews& entries, std::uint32_t i, bool ignore_case) {
    for (std::uint32_t j = i; j-- > 0;) {
      const bool is_same =
          ignore_case ? equals_ignoring_case(entries[j].name, entries[i].name) : entries[j].name == entries[i].name;
      if (is_same) return j;
    }
    return kEnd;
  }

  std::vector<std::uint32_t> heads_;
  std::vector<std::uint32_t> next_;
};

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

// "name":{...},"multiName":{...}; both null when there is nothing.
void append_maps(std::string& out, std::string_view single, std::string_view multi, const NamedViews& entries,
                 bool ignore_case) {
  append_json_string(out, single);
  if (entries.empty()) {
    out += ":null,";
    append_json_string(out, multi);
    out += ":null,";
    return;
  }
  const Groups groups(entries, ignore_case);
  char separator = '{';
  out += ':';
  for (const std::uint32_t head : groups.heads()) {
    out += std::exchange(separator, ',');
    append_member(out, entries[head].name, entries[groups.last(head)].value);
  }
  out += "},";
  append_json_string(out, multi);
  separator = '{';
  out += ':';
  for (const std::uint32_t head : groups.heads()) {
    out += std::exchange(separator, ',');
    append_json_string(out, entries[head].name);
    char inner = '[';
    out += ':';
    for (std::uint32_t i = head; i != kEnd; i = groups.next(i)) {
      out += std::exchange(inner, ',');
      append_json_string(out, entries[i].value);
    }
    out += ']';
  }
  out += "},";
}

template <typename Pairs>
void append_map(std::string& out, const Pairs& pairs) {
  char separator = '{';
  for (const auto& [name, value] : pairs) {
    out += std::exchange(separator, ',');
    append_member(out, name, value);
  }
  out += '}';
}

void append_identity(std::string& out, const ProxyRequestContext& context) {
  out += "\"identity\":{\"cognitoIdentityPoolId\":null,\"accountId\":null,\"cognitoIdentityId\":null,\"caller\":null,";
  append_member(out, "sourceIp", context.source_ip);
  out +=
      ",\"principalOrgId\":null,\"accessKey\":null,\"cognitoAuthenticationType\":null,"
      "\"cognitoAuthenticationProvider\":null,\"userArn\":null,";
  if (context.user_agent.empty()) {
    out += "\"userAgent\":null";
  } else {
    append_member(out, "userAgent", context.user_agent);
  }
  out += ",\"user\":null";
  if (!context.api_key.empty()) {
    out += ',';
    append_member(out, "apiKey", context.api_key);
    out += ',';
    append_member(out, "apiKeyId", context.api_key_id);
  }
  out += "},";
}

void append_context(std::string& out, const ProxyRequestContext& context) {
  out += "\"requestContext\":{";
  append_member(out, "resourceId", context.resource_id);
  out += ',';
  if (context.claims != nullptr) {
    out += "\"authorizer\":{\"claims\":";
    append_map(out, context.claims->values);
    out += "},";
  }
  const Timestamp time{std::chrono::milliseconds(context.request_time_ms)};
  const std::array<std::pair<std::string_view, std::string_view>, 8> members = {{
      {"resourcePath", context.resource_path},
      {"httpMethod", context.http_method},
      {"extendedRequestId", context.extended_request_id},
      {"path", context.path},
      {"accountId", context.account_id},
      {"protocol", context.protocol},
      {"stage", context.stage},
      {"domainPrefix", context.domain_prefix},
  }};
  for (const auto& [name, value] : members) {
    append_member(out, name, value);
    out += ',';
  }
  append_member(out, "requestTime", format_access_log(time));
  out += ",\"requestTimeEpoch\":" + std::to_string(context.request_time_ms) + ",";
  append_member(out, "requestId", context.request_id);
  out += ',';
  append_identity(out, context);
  append_member(out, "domainName", context.domain_name);
  out += ',';
  append_member(out, "apiId", context.api_id);
  out += "},";
}

}  // namespace

const std::string* Claims::find(std::string_view name) const {
  for (const auto& [claim, value] : values)
    if (claim == name) return &value;
  return nullptr;
}

std::string ProxyEvent::event_body() const { return is_base64_encoded ? base64_encode(body) : std::string(body); }

std::string ProxyEvent::to_json() const {
  std::string out;
  out.reserve(body.size() + body.size() / 2 + 4096);
  out += '{';
  append_member(out, "resource", resource);
  out += ',';
  append_member(out, "path", path);
  out += ',';
  append_member(out, "httpMethod", http_method);
  out += ',';
  append_maps(out, "headers", "multiValueHeaders", headers, true);
  append_maps(out, "queryStringParameters", "multiValueQueryStringParameters", query, false);
  out += "\"pathParameters\":";
  if (path_parameters.empty()) {
    out += "null";
  } else {
    append_map(out, path_parameters);
  }
  out += ",\"stageVariables\":";
  if (stage_variables == nullptr || stage_variables->empty()) {
    out += "null";
  } else {
    append_map(out, *stage_variables);
  }
  out += ',';
  append_context(out, context);
  out += "\"body\":";
  if (body.empty()) {
    out += "null";
  } else if (is_base64_encoded) {
    out += '"' + base64_encode(body) + '"';
  } else {
    append_json_string(out, body);
  }
  out += is_base64_encoded ? ",\"isBase64Encoded\":true}" : ",\"isBase64Encoded\":false}";
  return out;
}

}  // namespace gatehouse::gateway
