#include "app/commands/announcement.hpp"

#include <fmt/format.h>

#include "base/json.hpp"

namespace gatehouse::app {
namespace {

// As a word of a POSIX shell, quoted only where it must be.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
  if (text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string to_json(const Announcement& announcement) {
  json::object outputs;
  for (const auto& [key, value] : announcement.outputs) outputs[key] = value;
  json::array users;
  for (const SignInUser& user : announcement.users) {
    users.push_back(json::object{{"username", user.username},
                                 {"temporaryPassword", user.temporary_password},
                                 {"userPoolId", user.user_pool_id}});
  }
  json::object line{{"endpoint", announcement.endpoint}};
  line["site"] = announcement.site.empty() ? json::value(nullptr) : json::value(announcement.site);
  line["stack"] = announcement.stack.empty() ? json::value(nullptr) : json::value(announcement.stack);
  line["outputs"] = std::move(outputs);
  line["users"] = std::move(users);
  line["data"] = announcement.data;
  line["region"] = announcement.region;
  return json::serialize(line) + "\n";
}

std::string to_text(const Announcement& announcement) {
  std::string text = announcement.stack.empty() ? std::string("Gatehouse serves an empty account.\n")
                                                : fmt::format("Gatehouse serves {} as the stack \"{}\".\n",
                                                              announcement.template_file, announcement.stack);
  if (!announcement.site.empty()) text += fmt::format("\n  Site           {}\n", announcement.site);
  for (const SignInUser& user : announcement.users) {
    text += fmt::format("  Sign in as     {}   temporary password {}\n", user.username, user.temporary_password);
  }
  if (!announcement.outputs.empty()) {
    text += "\nOutputs\n";
    for (const auto& [key, value] : announcement.outputs) text += fmt::format("  {:<14} {}\n", key, value);
  }
  const std::string data =
      announcement.data_flag.empty() ? std::string() : " --data " + shell_word(announcement.data_flag);
  text += fmt::format("\n  AWS endpoint   {}\n  AWS CLI, SDKs  eval \"$(gatehouse env{})\"\n  Data           {}\n",
                      announcement.endpoint, data, announcement.data);
  return text + "\nStop with Ctrl-C.\n";
}

}  // namespace gatehouse::app
