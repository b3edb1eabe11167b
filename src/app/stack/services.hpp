// Everything that runs, built once and joined: each service gets its neighbours through the small ports that it
// declares itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/front/front.hpp"
#include "app/settings.hpp"
#include "app/stack/addresses.hpp"
#include "app/stack/site_port.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "protocol/aws/credentials.hpp"
#include "services/sites/config.hpp"

namespace gatehouse::http {
class Loops;
}
namespace gatehouse::store {
class Store;
}
namespace gatehouse::logs {
class Logs;
}
namespace gatehouse::secrets {
class Secrets;
}
namespace gatehouse::tables {
class Tables;
}
namespace gatehouse::functions {
class Functions;
class RoleCredentials;
}  // namespace gatehouse::functions

namespace gatehouse::app {

class CloudFormation;

class Services {
 public:
  // Opens the data folder's store and every service on it. The folder exists; the loops outlive the services and need
  // not run yet. Errors say what to do (a data folder in use, a damaged key).
  static Task<Result<std::unique_ptr<Services>>> open(Settings settings, Addresses addresses, http::Loops& loops);
  ~Services();

  const Settings& settings() const;
  const Addresses& addresses() const;
  const Clock& clock() const;
  Random& random();
  store::Store& store();
  aws::CredentialBook& credentials();
  logs::Logs& logs();
  secrets::Secrets& secrets();
  tables::Tables& tables();
  identity::Identity& identity();
  functions::Functions& functions();
  gateway::Gateway& gateway();
  CloudFormation& cloudformation();
  Front& front();
  SitePort& site_port();

  // A credential that lives as long as this process, for the role that a function runs under. It is in the book.
  aws::Credential make_function_credential(std::string_view function_name, std::string_view role_name,
                                           aws::PolicySet policies);
  // The same in the words of the functions service; ends (leaves the book) with its last user.
  std::shared_ptr<functions::RoleCredentials> make_role_credentials(std::string_view function_name,
                                                                    std::string_view role_name,
                                                                    aws::PolicySet policies);
  // Makes these the websites of the site port.
  Result<void> serve_sites(std::vector<sites::WebsiteConfig> websites);

  // Starts the work that goes on beside requests (log writing, purging). Call it once, before the loops run.
  void start();
  // Ends what start() began and the functions' processes, and writes what is still only in memory. Call it once, on a
  // loop, after the last request ended.
  Task<void> stop();

 private:
  struct Parts;
  explicit Services(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gatehouse::app
