// gatehouse: the command line.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "app/commands/commands.hpp"
#include "app/version.hpp"
#include "base/text.hpp"

namespace gatehouse::app {
namespace {

// Examples under a command's help, as people type them.
void add_examples(CLI::App& command, const std::string& examples) { command.footer("\nExamples:\n" + examples); }

void add_run(CLI::App& app, Settings& settings, std::vector<std::string>& parameters) {
  CLI::App* run = app.add_subcommand("run", "Serve a template, or an empty account without one");
  run->set_config("--config", "", "Configuration file (TOML: one `flag = value` a line)");
  run->add_option("template", settings.template_file, "SAM or CloudFormation template, YAML or JSON")
      ->envname("GATEHOUSE_TEMPLATE");
  run->add_option("-P,--parameter", parameters, "Template parameter K=V (repeat it)")
      ->envname("GATEHOUSE_PARAMETER")
      ->delimiter('\n');
  run->add_option("--stack-name", settings.stack_name, "CloudFormation stack name [the template's folder]")
      ->envname("GATEHOUSE_STACK_NAME");
  run->add_option("--bind", settings.bind, "Addresses to listen on")
      ->envname("GATEHOUSE_BIND")
      ->delimiter(',')
      ->capture_default_str();
  run->add_option("--port", settings.port, "Port of everything that AWS serves; 0 takes a free one")
      ->take_last()
      ->envname("GATEHOUSE_PORT")
      ->capture_default_str();
  run->add_option("--site-port", settings.site_port, "Port of the website; 0 takes a free one")
      ->take_last()
      ->envname("GATEHOUSE_SITE_PORT")
      ->capture_default_str();
  run->add_option("--public-url", settings.public_url, "How clients reach the first port [http://localhost:PORT]")
      ->envname("GATEHOUSE_PUBLIC_URL");
  run->add_option("--site-url", settings.site_url, "How browsers reach the site [http://localhost:SITE_PORT]")
      ->envname("GATEHOUSE_SITE_URL");
  run->add_option("--data", settings.data, "Folder that keeps all state")
      ->envname("GATEHOUSE_DATA")
      ->capture_default_str();
  run->add_option("--threads", settings.threads, "Event loops [one a core]")
      ->envname("GATEHOUSE_THREADS")
      ->check(CLI::Range(1, 256));
  run->add_option("--cache-mib", settings.cache_mib, "Memory for table blocks, MiB")
      ->envname("GATEHOUSE_CACHE_MIB")
      ->check(CLI::Range(8, 65536))
      ->capture_default_str();
  run->add_option("--region", settings.region, "AWS region to be")->envname("GATEHOUSE_REGION")->capture_default_str();
  run->add_option("--account", settings.account, "AWS account id to be, 12 digits")
      ->envname("GATEHOUSE_ACCOUNT")
      ->capture_default_str();
  run->add_option("--functions", settings.functions, "Where functions run: auto (as the template says) or process")
      ->envname("GATEHOUSE_FUNCTIONS")
      ->check(CLI::IsMember({"auto", "process"}))
      ->capture_default_str();
  run->add_flag("--json", settings.json_output, "Print what is served as one line of JSON")->envname("GATEHOUSE_JSON");
  add_examples(*run,
               "  gatehouse run template.yaml\n"
               "  gatehouse run template.yaml --parameter CrudRate=50 --port 5000 --site-port 8081\n"
               "  gatehouse run                      an empty account: create tables with the AWS CLI\n");
}

void add_connection(CLI::App& command, EnvOptions& options) {
  command.add_option("--data", options.data, "The run's data folder")->envname("GATEHOUSE_DATA")->capture_default_str();
  command.add_option("--endpoint", options.endpoint, "Its AWS endpoint [what the run said]")
      ->envname("GATEHOUSE_ENDPOINT");
  command.add_option("--region", options.region, "AWS region")->envname("GATEHOUSE_REGION")->capture_default_str();
}

void add_env(CLI::App& app, EnvOptions& options) {
  CLI::App* env = app.add_subcommand("env", "Print the variables that point the AWS CLI and SDKs here");
  add_connection(*env, options);
  env->add_flag("--json", options.json, "As JSON instead of shell exports");
  add_examples(*env,
               "  eval \"$(gatehouse env)\"\n"
               "  aws dynamodb list-tables --endpoint-url \"$AWS_ENDPOINT_URL\"     (AWS CLI before 2.13)\n"
               "  aws dynamodb list-tables                                         (newer ones)\n");
}

void add_logs(CLI::App& app, LogsOptions& options) {
  CLI::App* logs = app.add_subcommand("logs", "Show a log group; without one, list them");
  add_connection(*logs, options.env);
  logs->add_option("group", options.group, "Log group, for example /aws/lambda/NAME");
  logs->add_flag("-f,--follow", options.follow, "Go on as new lines come");
  logs->add_option("--since", options.since, "How far back: 30s, 10m, 2h, 1d")->capture_default_str();
  logs->add_option("--filter", options.filter, "CloudWatch Logs filter pattern");
  add_examples(*logs,
               "  gatehouse logs\n"
               "  gatehouse logs -f /aws/lambda/my-function\n"
               "  gatehouse logs /gatehouse/access --since 1h --filter '{ $.status >= 500 }'\n");
}

bool read_parameters(const std::vector<std::string>& pairs, Settings& settings) {
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      std::fprintf(stderr, "error: --parameter takes KEY=VALUE, not \"%s\"\n", pair.c_str());
      return false;
    }
    settings.parameters[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return true;
}

int main_command(int argc, char** argv) {
  CLI::App app{
      "Gatehouse: the serverless stack behind a secure API, as one process. It enforces the template or refuses it.",
      "gatehouse"};
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  Settings settings;
  std::vector<std::string> parameters;
  EnvOptions env;
  LogsOptions logs;
  add_run(app, settings, parameters);
  add_env(app, env);
  add_logs(app, logs);
  add_examples(app,
               "  gatehouse run template.yaml        serve it\n"
               "  eval \"$(gatehouse env)\"            use it from the AWS CLI\n"
               "  gatehouse logs -f GROUP            follow a function's log\n");
  constexpr std::array<std::string_view, 3> kCommands = {"run", "env", "logs"};
  if (argc > 1 && argv[1][0] != '-' && std::ranges::find(kCommands, argv[1]) == kCommands.end()) {
    const std::optional<std::string> near = nearest_name(argv[1], kCommands);
    std::fprintf(stderr, "error: there is no command \"%s\"%s; gatehouse --help lists them\n", argv[1],
                 near ? fmt::format("; did you mean {}?", *near).c_str() : "");
    return kExitUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (!read_parameters(parameters, settings)) return kExitUsage;
  if (app.got_subcommand("env")) return env_command(env);
  if (app.got_subcommand("logs")) return logs_command(logs);
  return run_command(settings);
}

}  // namespace
}  // namespace gatehouse::app

int main(int argc, char** argv) {
  try {
    return gatehouse::app::main_command(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\nThis is a bug in Gatehouse.\n", error.what());
    return 1;
  }
}
