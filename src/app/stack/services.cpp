#include "app/stack/services.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <thread>

#include "app/cloudformation/cloudformation.hpp"
#include "app/data_folder.hpp"
#include "app/stack/aws_adapter.hpp"
#include "app/stack/function_adapter.hpp"
#include "app/stack/gateway_pools.hpp"
#include "app/stack/local_fetcher.hpp"
#include "app/stack/log_adapter.hpp"
#include "base/id.hpp"
#include "base/log.hpp"
#include "base/worker_pool.hpp"
#include "platform/crypto/seal.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"
#include "platform/store/records.hpp"
#include "platform/store/store.hpp"
#include "protocol/aws/query_service.hpp"
#include "protocol/aws/sts.hpp"
#include "services/functions/functions.hpp"
#include "services/gateway/gateway.hpp"
#include "services/identity/identity.hpp"
#include "services/logs/logs.hpp"
#include "services/secrets/secrets.hpp"
#include "services/sites/sites.hpp"
#include "services/tables/tables.hpp"

namespace gatehouse::app {
namespace {

constexpr std::chrono::minutes kPurgeInterval{3};
// A password hash takes tens of milliseconds and 19 MiB: what waits longer than a few seconds is better refused.
constexpr std::size_t kWaitingHashesPerThread = 32;
constexpr std::size_t kWaitingSignatures = 1024;

std::size_t core_count() { return std::max(1U, std::thread::hardware_concurrency()); }

// Where the AWS clients of functions in processes go: this process, without a detour over a public address.
std::string inner_url(const Settings& settings, const Addresses& addresses) {
  std::string host = settings.bind.empty() ? "127.0.0.1" : settings.bind.front();
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  const bool is_v6 = host.find(':') != std::string::npos;
  return fmt::format("http://{}:{}", is_v6 ? "[" + host + "]" : host, addresses.port);
}

std::vector<Executor> executors_of(http::Loops& loops) {
  std::vector<Executor> executors;
  for (std::size_t i = 0; i < loops.size(); ++i) executors.push_back(loops.at(i).get_executor());
  return executors;
}

// Calls from inside meet the front's routing, authorization and limits, but belong to their caller's journey.
class InnerFront final : public http::Handler {
 public:
  explicit InnerFront(Front& front) : front_(front) {}
  Task<http::Response> handle(http::Request& request) override { return front_.dispatch(request); }

 private:
  Front& front_;
};

}  // namespace

// In the order in which they are built, so that they end in reverse. What begins empty is set by the step of open()
// that is named beside it.
struct Services::Parts {
  Parts(Settings given, Addresses reached, http::Loops& event_loops)
      : settings(std::move(given)), addresses(std::move(reached)), loops(event_loops) {}

  const Settings settings;
  const Addresses addresses;
  http::Loops& loops;
  SystemClock clock;
  SystemRandom random;
  aws::CredentialBook book;
  JourneyLog journeys;

  std::optional<crypto::Sealer> sealer;  // open_data
  std::unique_ptr<store::Store> store;
  WorkerPool hashing{core_count(), core_count() * kWaitingHashesPerThread};
  WorkerPool signing{core_count(), kWaitingSignatures};

  std::unique_ptr<logs::Logs> logs;  // open_services
  std::optional<FunctionLogs> function_logs;
  std::optional<AuditLines> audit;
  std::optional<AccessLines> access;
  std::unique_ptr<secrets::Secrets> secrets;
  std::optional<tables::Tables> tables;
  std::unique_ptr<identity::Identity> identity;

  http::Client client;
  LocalFetcher fetcher{client, random};
  std::unique_ptr<aws::JsonService> identity_api;  // build_apis
  std::unique_ptr<aws::JsonService> tables_api, secrets_api, logs_api;
  CloudFormation cloudformation;
  std::unique_ptr<aws::QueryService> cloudformation_api, sts_api;

  std::optional<AwsAdapter> aws_calls;  // build_gateway
  std::unique_ptr<functions::Functions> functions;
  std::optional<FunctionAdapter> invoker;
  std::optional<GatewayPools> pools;
  std::unique_ptr<gateway::Gateway> gateway;

  std::unique_ptr<Front> front;  // build_front
  std::optional<InnerFront> inner_front;
  SitePort site_port;
  std::optional<Timer> purge_timer;  // start

  Result<void> open_data();
  Task<Result<void>> open_services();
  Task<Result<void>> open_identity();
  void build_apis();
  Task<Result<void>> build_gateway();
  void build_front();
  Task<void> purge();
};

Result<void> Services::Parts::open_data() {
  Result<crypto::Sealer> opened = crypto::Sealer::open(settings.data / "key", random);
  if (!opened) return std::unexpected(opened.error());
  sealer.emplace(std::move(*opened));
  Result<aws::Credential> root = root_credential(settings.data, settings.account, random);
  if (!root) return std::unexpected(root.error());
  book.add(std::move(*root));
  store::EmbeddedOptions options;
  options.directory = settings.data / "store";
  options.cache_bytes = settings.cache_mib * 1024 * 1024;
  Result<std::unique_ptr<store::Store>> database = store::open_embedded_store(std::move(options));
  if (!database) return std::unexpected(database.error());
  store = std::move(*database);
  return {};
}

Task<Result<void>> Services::Parts::open_services() {
  logs::Config logs_config;
  logs_config.region = settings.region;
  logs_config.account = settings.account;
  Result<std::unique_ptr<logs::Logs>> opened_logs = co_await logs::Logs::open(std::move(logs_config), *store, clock);
  if (!opened_logs) co_return std::unexpected(opened_logs.error());
  logs = std::move(*opened_logs);
  function_logs.emplace(*logs);
  audit.emplace(*logs);
  access.emplace(*logs);

  secrets::Config secrets_config{settings.region, settings.account};
  Result<std::unique_ptr<secrets::Secrets>> opened_secrets =
      co_await secrets::Secrets::open(std::move(secrets_config), *store, *sealer, clock, random);
  if (!opened_secrets) co_return std::unexpected(opened_secrets.error());
  secrets = std::move(*opened_secrets);

  tables.emplace(*store, clock, random, tables::TablesConfig{settings.region, settings.account});
  co_return co_await tables->open();
}

Task<Result<void>> Services::Parts::open_identity() {
  identity::Config config;
  config.public_base_url = addresses.public_url;
  config.region = settings.region;
  config.account = settings.account;
  identity::Surroundings surroundings{*store, *sealer, hashing, signing, clock, random, &*audit};
  Result<std::unique_ptr<identity::Identity>> opened =
      co_await identity::Identity::open(std::move(config), surroundings);
  if (!opened) co_return std::unexpected(opened.error());
  identity = std::move(*opened);
  co_return Result<void>{};
}

void Services::Parts::build_apis() {
  const std::string& region = settings.region;
  identity_api = identity->make_api(book);
  tables_api =
      std::make_unique<aws::JsonService>(tables::service_config(region), tables::operations(*tables), book, clock);
  secrets_api =
      std::make_unique<aws::JsonService>(secrets::Secrets::service_config(region), secrets->operations(), book, clock);
  logs_api = std::make_unique<aws::JsonService>(logs::service_config(region), logs::operations(*logs), book, clock);
  cloudformation_api =
      std::make_unique<aws::QueryService>(CloudFormation::config(region), cloudformation.operations(), book, clock);
  sts_api = std::make_unique<aws::QueryService>(aws::sts_config(region), aws::sts_operations(), book, clock);
}

Task<Result<void>> Services::Parts::build_gateway() {
  aws_calls.emplace(std::vector{tables_api.get(), identity_api.get(), secrets_api.get(), logs_api.get()});
  functions::FunctionsConfig functions_config;
  functions_config.region = settings.region;
  functions_config.endpoint_url = inner_url(settings, addresses);
  functions::FunctionsPorts ports{clock, random, *function_logs, fetcher, *aws_calls};
  functions = std::make_unique<functions::Functions>(std::move(functions_config), ports, executors_of(loops));

  invoker.emplace(*functions);
  pools.emplace(*identity);
  gateway::GatewayConfig gateway_config;
  gateway_config.account_id = settings.account;
  gateway_config.region = settings.region;
  gateway_config.port = addresses.port;
  gateway = std::make_unique<gateway::Gateway>(std::move(gateway_config), *invoker, *pools, clock, random);
  Result<store::Records> quotas = co_await store::Records::open(*store, "gateway/quotas");
  if (!quotas) co_return std::unexpected(quotas.error());
  co_return co_await gateway->open_quotas(std::move(*quotas));
}

void Services::Parts::build_front() {
  FrontServices services;
  services.gateway = gateway.get();
  services.identity = identity.get();
  services.json_services = {tables_api.get(), identity_api.get(), secrets_api.get(), logs_api.get()};
  services.query_services = {sts_api.get(), cloudformation_api.get()};
  services.credentials = &book;
  services.clock = &clock;
  services.random = &random;
  services.journeys = &journeys;
  services.access_log = &*access;
  services.region = settings.region;
  front = std::make_unique<Front>(std::move(services));
  inner_front.emplace(*front);
  std::vector<std::string> origins = addresses.own_origins();
  origins.push_back(inner_url(settings, addresses));
  fetcher.connect(*inner_front, std::move(origins));
}

// Ends when the timer is cancelled.
Task<void> Services::Parts::purge() {
  for (;;) {
    boost::system::error_code cancelled;
    purge_timer->expires_after(kPurgeInterval);
    co_await purge_timer->async_wait(net::redirect_error(kUseTask, cancelled));
    if (cancelled) co_return;
    co_await identity->purge_expired();
  }
}

Task<Result<std::unique_ptr<Services>>> Services::open(Settings settings, Addresses addresses, http::Loops& loops) {
  auto parts = std::make_unique<Parts>(std::move(settings), std::move(addresses), loops);
  Result<void> done = parts->open_data();
  if (!done) co_return std::unexpected(done.error());
  done = co_await parts->open_services();
  if (!done) co_return std::unexpected(done.error());
  done = co_await parts->open_identity();
  if (!done) co_return std::unexpected(done.error());
  parts->build_apis();
  done = co_await parts->build_gateway();
  if (!done) co_return std::unexpected(done.error());
  parts->build_front();
  co_return std::unique_ptr<Services>(new Services(std::move(parts)));
}

Services::Services(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Services::~Services() = default;

const Settings& Services::settings() const { return parts_->settings; }
const Addresses& Services::addresses() const { return parts_->addresses; }
const Clock& Services::clock() const { return parts_->clock; }
Random& Services::random() { return parts_->random; }
store::Store& Services::store() { return *parts_->store; }
aws::CredentialBook& Services::credentials() { return parts_->book; }
logs::Logs& Services::logs() { return *parts_->logs; }
secrets::Secrets& Services::secrets() { return *parts_->secrets; }
tables::Tables& Services::tables() { return *parts_->tables; }
identity::Identity& Services::identity() { return *parts_->identity; }
functions::Functions& Services::functions() { return *parts_->functions; }
gateway::Gateway& Services::gateway() { return *parts_->gateway; }
CloudFormation& Services::cloudformation() { return parts_->cloudformation; }
Front& Services::front() { return *parts_->front; }
SitePort& Services::site_port() { return parts_->site_port; }

aws::Credential Services::make_function_credential(std::string_view function_name, std::string_view role_name,
                                                   aws::PolicySet policies) {
  Random& random = parts_->random;
  auto caller = std::make_shared<aws::Caller>();
  caller->account = parts_->settings.account;
  caller->arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", caller->account, role_name, function_name);
  caller->policies = std::move(policies);
  aws::Credential credential;
  credential.access_key_id = "ASIA" + random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16);
  credential.secret_access_key = random.text(kAlphanumeric, 40);
  credential.session_token = random.text(kAlphanumeric, 128);
  credential.caller = std::move(caller);
  parts_->book.add(credential);
  return credential;
}

std::shared_ptr<functions::RoleCredentials> Services::make_role_credentials(std::string_view function_name,
                                                                            std::string_view role_name,
                                                                            aws::PolicySet policies) {
  const aws::Credential credential = make_function_credential(function_name, role_name, std::move(policies));
  return std::make_shared<HeldCredential>(parts_->book, credential.access_key_id);
}

Result<void> Services::serve_sites(std::vector<sites::WebsiteConfig> websites) {
  if (websites.empty()) {
    parts_->site_port.serve(nullptr);
    return {};
  }
  Result<std::unique_ptr<sites::Sites>> made =
      sites::Sites::create(std::move(websites), sites::SiteLimits{}, parts_->clock, parts_->random);
  if (!made) return std::unexpected(made.error());
  parts_->site_port.serve(std::move(*made));
  return {};
}

void Services::start() {
  net::io_context& loop = parts_->loops.at(0);
  parts_->purge_timer.emplace(loop.get_executor());
  net::co_spawn(loop, parts_->logs->run(), net::detached);
  net::co_spawn(loop, parts_->purge(), net::detached);
}

Task<void> Services::stop() {
  parts_->purge_timer->cancel();
  co_await parts_->functions->stop();
  const Result<void> flushed = co_await parts_->gateway->flush_quotas();
  if (!flushed) log::error("quota counts were not written: {}", flushed.error().message);
  co_await parts_->logs->stop();
}

}  // namespace gatehouse::app
