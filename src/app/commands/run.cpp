// gatehouse run: serves a template, or an empty account, until it is told to stop.
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include "app/cloudformation/cloudformation.hpp"
#include "app/commands/announcement.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/settings_check.hpp"
#include "app/data_folder.hpp"
#include "app/plan/check.hpp"
#include "app/stack/deploy.hpp"
#include "app/stack/services.hpp"
#include "base/log.hpp"
#include "base/run_task.hpp"
#include "platform/http/server.hpp"
#include "services/identity/identity.hpp"

namespace gatehouse::app {
namespace {

constexpr std::chrono::seconds kDrainTime{10};
constexpr std::size_t kMaxTemplateBytes = 1024 * 1024;  // CloudFormation quotas: template body in an S3 object, 1 MB

// Answers on the AWS port; what stands behind it is opened after the port is bound, before the loops run.
class LateHandler final : public http::Handler {
 public:
  void connect(http::Handler& handler) { handler_ = &handler; }
  Task<http::Response> handle(http::Request& request) override { return handler_->handle(request); }

 private:
  http::Handler* handler_ = nullptr;
};

struct Failure {
  int exit_code = 1;
  std::string message;  // empty: it was told already
};
template <typename T>
using Outcome = std::expected<T, Failure>;

std::unexpected<Failure> failed(const Error& error) {
  const bool is_usage = error.kind == Error::Kind::kInvalid || error.kind == Error::Kind::kNotFound;
  return std::unexpected(Failure{is_usage ? kExitUsage : 1, error.message});
}

Outcome<std::string> read_template(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return std::unexpected(Failure{kExitUsage, fmt::format("there is no template {}", path.string())});
  }
  if (std::filesystem::file_size(path, error) > kMaxTemplateBytes || error) {
    return std::unexpected(
        Failure{kExitUsage, fmt::format("{} is over CloudFormation's limit of 1 MB", path.string())});
  }
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return std::unexpected(Failure{kExitUsage, fmt::format("cannot read the template {}", path.string())});
  return text;
}

Outcome<templates::Template> load_template(const Settings& settings, std::string_view text,
                                           const Addresses& addresses) {
  templates::Inputs inputs;
  inputs.environment.account_id = settings.account;
  inputs.environment.region = settings.region;
  inputs.environment.stack_name = settings.stack_name;
  inputs.parameters.insert(settings.parameters.begin(), settings.parameters.end());
  inputs.host_values = {{"PublicUrl", addresses.public_url}, {"SiteUrl", addresses.site_url}};
  templates::Findings findings;
  std::optional<templates::Template> loaded =
      templates::Template::load(text, settings.template_file.string(), inputs, findings);
  if (loaded) plan::check(*loaded, findings);
  if (loaded && findings.empty()) return std::move(*loaded);
  std::string lines = findings.to_string();
  if (!lines.ends_with('\n')) lines += '\n';
  const std::string summary = fmt::format("{} finding{} in {}: nothing was started\n", findings.size(),
                                          findings.size() == 1 ? "" : "s", settings.template_file.string());
  std::fputs((lines + summary).c_str(), stderr);
  return std::unexpected(Failure{kExitUsage, {}});
}

bool has_ipv6() {
  const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe >= 0) ::close(probe);
  return probe >= 0;
}

// Binds all addresses to one port: a free one is taken by the first and used by the others.
Outcome<std::uint16_t> listen(http::Server& server, const Settings& settings, std::uint16_t port,
                              http::Handler& handler) {
  const bool is_default = settings.bind == Settings{}.bind;
  bool is_bound = false;
  for (const std::string& address : settings.bind) {
    if (is_default && is_bound && address == "::1" && !has_ipv6()) continue;
    const Result<std::uint16_t> taken = server.listen(address, port, handler);
    if (!taken) {
      if (is_default && is_bound && taken.error().code == "AddressNotAvailable") continue;
      return failed(taken.error());
    }
    port = *taken;
    is_bound = true;
  }
  return port;
}

Addresses make_addresses(const Settings& settings, std::uint16_t port, std::uint16_t site_port) {
  Addresses addresses;
  addresses.port = port;
  addresses.site_port = site_port;
  addresses.public_url = settings.public_url.empty() ? fmt::format("http://localhost:{}", port) : settings.public_url;
  addresses.site_url = settings.site_url.empty() ? fmt::format("http://localhost:{}", site_port) : settings.site_url;
  return addresses;
}

// One run. Members end in reverse: servers before services, both before the loops that they run on.
class Run {
 public:
  explicit Run(Settings settings)
      : settings_(std::move(settings)),
        loops_(settings_.threads != 0 ? settings_.threads : std::max(1U, std::thread::hardware_concurrency())) {}

  Outcome<void> prepare();
  Outcome<void> open();
  Outcome<void> announce();
  void serve();

 private:
  Task<Result<void>> deploy_template();
  Task<Result<void>> collect_users(Announcement& announcement);
  void watch_signals();
  Task<void> stop();

  Settings settings_;
  std::optional<templates::Template> template_;
  Addresses addresses_;
  Deployed deployed_;
  http::Loops loops_;
  std::unique_ptr<Services> services_;
  LateHandler aws_port_;
  LateHandler site_port_;
  std::optional<http::Server> server_;
  std::optional<http::Server> site_server_;
  std::optional<net::signal_set> signals_;
  bool is_stopping_ = false;
};

// Template first, with the addresses as far as they are known: its faults show before anything is touched.
Outcome<void> Run::prepare() {
  std::string text;
  if (!settings_.template_file.empty()) {
    Outcome<std::string> read = read_template(settings_.template_file);
    if (!read) return std::unexpected(read.error());
    text = std::move(*read);
    const Outcome<templates::Template> checked =
        load_template(settings_, text, make_addresses(settings_, settings_.port, settings_.site_port));
    if (!checked) return std::unexpected(checked.error());
  }
  const Result<void> folder = prepare_data_folder(settings_.data);
  if (!folder) return failed(folder.error());

  const Outcome<std::uint16_t> port =
      listen(server_.emplace(loops_, http::ServerLimits{}), settings_, settings_.port, aws_port_);
  if (!port) return std::unexpected(port.error());
  const Outcome<std::uint16_t> site_port =
      listen(site_server_.emplace(loops_, http::ServerLimits{}), settings_, settings_.site_port, site_port_);
  if (!site_port) return std::unexpected(site_port.error());
  addresses_ = make_addresses(settings_, *port, *site_port);

  if (settings_.template_file.empty()) return {};
  Outcome<templates::Template> loaded = load_template(settings_, text, addresses_);
  if (!loaded) return std::unexpected(loaded.error());
  template_.emplace(std::move(*loaded));
  return {};
}

Outcome<void> Run::open() {
  Result<std::unique_ptr<Services>> opened = run_task(Services::open(settings_, addresses_, loops_));
  if (!opened) return std::unexpected(Failure{1, opened.error().message});
  services_ = std::move(*opened);
  if (template_) {
    const Result<void> made = run_task(deploy_template());
    if (!made) return failed(made.error());
  }
  aws_port_.connect(services_->front());
  site_port_.connect(services_->site_port());
  const Result<void> written = write_endpoint(settings_.data, fmt::format("http://localhost:{}", addresses_.port));
  if (!written) return failed(written.error());
  services_->front().set_ready();
  // From here on: who reads the announcement may end the run at once.
  signals_.emplace(loops_.at(0), SIGINT, SIGTERM);
  watch_signals();
  return {};
}

Task<Result<void>> Run::deploy_template() {
  Result<Deployed> made = co_await deploy(*template_, *services_, addresses_);
  if (!made) co_return std::unexpected(made.error());
  deployed_ = std::move(*made);
  if (deployed_.description) services_->cloudformation().publish(deployed_.description);
  co_return Result<void>{};
}

Task<Result<void>> Run::collect_users(Announcement& announcement) {
  for (const std::string& pool : deployed_.user_pools) {
    Result<std::vector<identity::PendingUser>> pending = co_await services_->identity().pending_users(pool);
    if (!pending) co_return std::unexpected(pending.error());
    for (identity::PendingUser& user : *pending) {
      announcement.users.push_back({std::move(user.username), std::move(user.temporary_password), pool});
    }
  }
  co_return Result<void>{};
}

Outcome<void> Run::announce() {
  Announcement announcement;
  announcement.endpoint = addresses_.public_url;
  if (services_->site_port().has_sites()) announcement.site = addresses_.site_url;
  if (template_) announcement.stack = settings_.stack_name;
  announcement.template_file = settings_.template_file.string();
  std::error_code error;
  announcement.data = std::filesystem::absolute(settings_.data, error).lexically_normal().string();
  announcement.data_flag = settings_.data == Settings{}.data ? "" : settings_.data.string();
  announcement.region = settings_.region;
  if (deployed_.description) {
    for (const StackOutput& output : deployed_.description->outputs) {
      announcement.outputs.emplace_back(output.key, output.value);
    }
  }
  const Result<void> collected = run_task(collect_users(announcement));
  if (!collected) return failed(collected.error());
  std::fputs((settings_.json_output ? to_json(announcement) : to_text(announcement)).c_str(), stdout);
  std::fflush(stdout);
  return {};
}

void Run::watch_signals() {
  signals_->async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    if (is_stopping_) ::_exit(130);
    is_stopping_ = true;
    net::co_spawn(loops_.at(0), stop(), [this](const std::exception_ptr& thrown) {
      if (thrown) log::error("stopping failed: what was answered is on disk all the same");
      loops_.stop();
    });
    watch_signals();
  });
}

// Both servers at once: together they get one time to finish what runs.
Task<void> Run::stop() {
  bool is_site_drained = false;
  Timer site_drained(loops_.at(0).get_executor(), Timer::time_point::max());
  const auto end_site = [&](const std::exception_ptr&) {
    is_site_drained = true;
    site_drained.cancel();
  };
  net::co_spawn(loops_.at(0), site_server_->drain(kDrainTime), end_site);
  co_await server_->drain(kDrainTime);
  while (!is_site_drained) {
    boost::system::error_code cancelled;
    co_await site_drained.async_wait(net::redirect_error(kUseTask, cancelled));
  }
  co_await services_->stop();
}

void Run::serve() {
  services_->start();
  loops_.run();
}

}  // namespace

int run_command(const Settings& given) {
  std::signal(SIGPIPE, SIG_IGN);
  Settings settings = given;
  const auto tell = [](const Failure& failure) {
    if (!failure.message.empty()) std::fprintf(stderr, "error: %s\n", failure.message.c_str());
    return failure.exit_code;
  };
  if (const Result<void> valid = complete_settings(settings); !valid) {
    return tell({kExitUsage, valid.error().message});
  }
  Run run(std::move(settings));
  for (const auto step : {&Run::prepare, &Run::open, &Run::announce}) {
    const Outcome<void> done = (run.*step)();
    if (!done) return tell(done.error());
  }
  run.serve();
  return 0;
}

}  // namespace gatehouse::app
