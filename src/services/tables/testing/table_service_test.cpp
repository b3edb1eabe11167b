#include "services/tables/testing/table_service.hpp"

#include <unistd.h>

namespace gatehouse::tables::testing {

void TableService::SetUp() {
  const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
  folder_ = std::filesystem::temp_directory_path() /
            ("tables_test_" + std::to_string(::getpid()) + "_" + std::string(test->name()));
  std::filesystem::remove_all(folder_);
  caller_.arn = "arn:aws:iam::000000000000:root";
  caller_.account = "000000000000";
  caller_.is_administrator = true;
  restart();
}

void TableService::TearDown() {
  operations_.clear();
  tables_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

void TableService::restart() {
  operations_.clear();
  tables_.reset();
  store_.reset();
  store::EmbeddedOptions options;
  options.directory = folder_;
  Result<std::unique_ptr<store::Store>> opened = store::open_embedded_store(std::move(options));
  ASSERT_TRUE(opened) << opened.error().message;
  store_ = std::move(*opened);
  tables_ = std::make_unique<Tables>(*store_, clock_, random_, TablesConfig{"us-east-1", "000000000000"});
  const Result<void> ready = run_task(tables_->open());
  ASSERT_TRUE(ready) << ready.error().message;
  operations_ = operations(*tables_);
}

json::object TableService::call(std::string_view operation, const json::object& input) {
  for (const aws::Operation& known : operations_) {
    if (known.name != operation) continue;
    const aws::Call made{.operation = operation, .input = input, .caller = caller_};
    Result<json::object> answer = run_task(known.run(made));
    if (answer) return *answer;
    json::object error{{"error", answer.error().code}, {"message", answer.error().message}};
    if (!answer.error().members.empty()) {
      const json::value members = parse_json("{" + answer.error().members + "}").value();
      for (const auto& [name, value] : members.get_object()) error.emplace(name, value);
    }
    return error;
  }
  ADD_FAILURE() << "no operation " << operation;
  return {};
}

json::object TableService::call(std::string_view operation, std::string_view input) {
  const Result<json::value> parsed = parse_json(input, 200);
  EXPECT_TRUE(parsed) << input;
  return parsed ? call(operation, parsed->as_object()) : json::object{};
}

std::string TableService::text(std::string_view operation, std::string_view input) {
  return json::serialize(call(operation, input));
}

std::string TableService::message(std::string_view operation, std::string_view input) {
  const json::object answer = call(operation, input);
  return answer.contains("error") ? std::string(answer.at("message").as_string()) : "ok";
}

std::string TableService::code(std::string_view operation, std::string_view input) {
  const json::object answer = call(operation, input);
  return answer.contains("error") ? std::string(answer.at("error").as_string()) : "ok";
}

void TableService::make_table(std::string_view name, bool has_sort) {
  const std::string sort_definition = has_sort ? R"(,{"AttributeName":"seq","AttributeType":"N"})" : "";
  const std::string sort_key = has_sort ? R"(,{"AttributeName":"seq","KeyType":"RANGE"})" : "";
  const std::string input = R"({"TableName":")" + std::string(name) +
                            R"(","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id",)" +
                            R"("AttributeType":"S"})" + sort_definition +
                            R"(],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"})" + sort_key + "]}";
  ASSERT_EQ(message("CreateTable", input), "ok");
}

}  // namespace gatehouse::tables::testing
