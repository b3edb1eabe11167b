#include "app/data_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/id.hpp"
#include "base/json.hpp"

namespace gatehouse::app {
namespace {

constexpr std::string_view kCredentialsFile = "credentials.json";
constexpr std::string_view kEndpointFile = "endpoint";

std::unexpected<Error> file_error(std::string_view what, const std::filesystem::path& path) {
  return fail(Error::Kind::kUnavailable, "", fmt::format("{} {}: {}", what, path.string(), std::strerror(errno)));
}

// Written whole or not at all: a new file with its final mode, fsynced, then renamed over the old one.
Result<void> write_private_file(const std::filesystem::path& path, std::string_view text) {
  const std::filesystem::path draft = path.string() + ".new";
  ::unlink(draft.c_str());
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return file_error("cannot write", draft);
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (!written || ::rename(draft.c_str(), path.c_str()) != 0) return file_error("cannot write", path);
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return file_error("cannot read", path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

aws::Credential administrator(std::string id, std::string secret, const std::string& account) {
  auto caller = std::make_shared<aws::Caller>();
  caller->arn = fmt::format("arn:aws:iam::{}:root", account);
  caller->account = account;
  caller->is_administrator = true;
  return {std::move(id), std::move(secret), "", std::move(caller)};
}

// Present when the environment names a credential; an error when it names half of one.
Result<std::optional<aws::Credential>> environment_credential(const std::string& account) {
  const char* id = std::getenv("GATEHOUSE_ROOT_ACCESS_KEY_ID");
  const char* secret = std::getenv("GATEHOUSE_ROOT_SECRET_ACCESS_KEY");
  if (id == nullptr && secret == nullptr) return std::nullopt;
  if (id == nullptr || secret == nullptr || std::strlen(id) < 16 || std::strlen(secret) < 16) {
    return fail(Error::Kind::kInvalid, "",
                "GATEHOUSE_ROOT_ACCESS_KEY_ID and GATEHOUSE_ROOT_SECRET_ACCESS_KEY go together, each of at least 16 "
                "characters");
  }
  return administrator(id, secret, account);
}

}  // namespace

Result<void> prepare_data_folder(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  std::filesystem::create_directories(folder, error);
  if (error) {
    return fail(
        Error::Kind::kUnavailable, "",
        fmt::format("cannot make the data folder {}: {}; name another with --data", folder.string(), error.message()));
  }
  ::chmod(folder.c_str(), 0700);
  return {};
}

Result<aws::Credential> read_root_credential(const std::filesystem::path& folder, const std::string& account) {
  Result<std::optional<aws::Credential>> given = environment_credential(account);
  if (!given) return std::unexpected(given.error());
  if (*given) return std::move(**given);

  const std::filesystem::path path = folder / kCredentialsFile;
  const Result<std::string> text = read_file(path);
  if (!text) {
    return fail(
        Error::Kind::kNotFound, "",
        fmt::format("{} does not exist: start `gatehouse run` first, or name its folder with --data", path.string()));
  }
  const Result<json::value> parsed = parse_json(*text);
  const json::object* object = parsed ? parsed->if_object() : nullptr;
  const auto id = object ? string_member(*object, "accessKeyId") : std::nullopt;
  const auto secret = object ? string_member(*object, "secretAccessKey") : std::nullopt;
  if (!id || !secret)
    return fail(Error::Kind::kInvalid, "",
                fmt::format("{} is damaged; delete it to get a new credential", path.string()));
  return administrator(std::string(*id), std::string(*secret), account);
}

Result<aws::Credential> root_credential(const std::filesystem::path& folder, const std::string& account,
                                        Random& random) {
  const std::filesystem::path path = folder / kCredentialsFile;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return read_root_credential(folder, account);
  Result<std::optional<aws::Credential>> given = environment_credential(account);
  if (!given) return std::unexpected(given.error());
  if (*given) return std::move(**given);

  const std::string id = "AKIA" + random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
  const std::string secret = random.text(kAlphanumeric, 40);
  const json::object document{{"accessKeyId", id}, {"secretAccessKey", secret}};
  Result<void> written = write_private_file(path, json::serialize(document) + "\n");
  if (!written) return std::unexpected(written.error());
  return administrator(id, secret, account);
}

Result<void> write_endpoint(const std::filesystem::path& folder, const std::string& endpoint) {
  return write_private_file(folder / kEndpointFile, endpoint + "\n");
}

Result<std::string> read_endpoint(const std::filesystem::path& folder) {
  Result<std::string> text = read_file(folder / kEndpointFile);
  if (!text) {
    return fail(
        Error::Kind::kNotFound, "",
        fmt::format("no run has listened in {} yet: start `gatehouse run`, or name the endpoint with --endpoint",
                    folder.string()));
  }
  while (text->ends_with('\n')) text->pop_back();
  return text;
}

}  // namespace gatehouse::app
