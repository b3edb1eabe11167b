// What a run says once it serves: for people, or as one line of JSON for programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gatehouse::app {

struct SignInUser {
  std::string username;
  std::string temporary_password;
  std::string user_pool_id;
};

struct Announcement {
  std::string endpoint;
  std::string site;           // empty: there is none
  std::string stack;          // empty: an empty account
  std::string template_file;  // empty likewise
  std::vector<std::pair<std::string, std::string>> outputs;
  std::vector<SignInUser> users;  // those who must still choose a password
  std::string data;               // absolute
  std::string data_flag;          // what --data must say for other commands; empty: the default
  std::string region;
};

std::string to_json(const Announcement& announcement);  // with its line end
std::string to_text(const Announcement& announcement);

}  // namespace gatehouse::app
