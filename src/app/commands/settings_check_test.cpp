#include "app/commands/settings_check.hpp"

#include <gtest/gtest.h>

#include "app/commands/announcement.hpp"

namespace gatehouse::app {
namespace {

TEST(SettingsCheck, DefaultsAreAccepted) {
  Settings settings;
  EXPECT_TRUE(complete_settings(settings));
  EXPECT_EQ(settings.stack_name, "gatehouse");
}

TEST(SettingsCheck, AccountIsTwelveDigits) {
  for (const char* account : {"", "12345678901", "1234567890123", "12345678901a"}) {
    Settings settings;
    settings.account = account;
    EXPECT_FALSE(complete_settings(settings)) << account;
  }
}

TEST(SettingsCheck, RegionLooksLikeARegion) {
  for (const char* region : {"us-east-1", "us-gov-west-1", "ap-southeast-2"}) {
    Settings settings;
    settings.region = region;
    EXPECT_TRUE(complete_settings(settings)) << region;
  }
  for (const char* region : {"", "us", "us-1", "-us-east-1", "us--east-1", "us-east-", "US-EAST-1", "us-east-1\n"}) {
    Settings settings;
    settings.region = region;
    EXPECT_FALSE(complete_settings(settings)) << region;
  }
}

TEST(SettingsCheck, UrlsAreOriginsWithoutTheirFinalSlash) {
  Settings settings;
  settings.public_url = "https://api.example.com/";
  ASSERT_TRUE(complete_settings(settings));
  EXPECT_EQ(settings.public_url, "https://api.example.com");
  for (const char* url :
       {"api.example.com", "ftp://example.com", "https://example.com/path", "https://example.com/?a"}) {
    Settings wrong;
    wrong.site_url = url;
    EXPECT_FALSE(complete_settings(wrong)) << url;
  }
}

TEST(SettingsCheck, BindTakesAddressesOnly) {
  Settings settings;
  settings.bind = {"localhost"};
  EXPECT_FALSE(complete_settings(settings));
}

TEST(SettingsCheck, BothPortsCannotBeOne) {
  Settings settings;
  settings.port = settings.site_port;
  EXPECT_FALSE(complete_settings(settings));
}

TEST(SettingsCheck, StackIsNamedAfterTheTemplatesFolder) {
  EXPECT_EQ(default_stack_name("/apps/products/template.yaml"), "products");
  EXPECT_EQ(default_stack_name("/apps/my_app (2)/template.yaml"), "my-app-2");
  EXPECT_EQ(default_stack_name("/42/template.yaml"), "gatehouse");
  EXPECT_EQ(default_stack_name("/template.yaml"), "gatehouse");
}

TEST(Announcement, JsonIsOneLineWithEveryMember) {
  Announcement announcement;
  announcement.endpoint = "http://localhost:4566";
  announcement.stack = "products";
  announcement.outputs = {{"ApiUrl", "http://localhost:4566/x"}};
  announcement.users = {{"ann", "Temp\"1", "us-east-1_a"}};
  announcement.data = "/data";
  announcement.region = "us-east-1";
  EXPECT_EQ(to_json(announcement),
            R"({"endpoint":"http://localhost:4566","site":null,"stack":"products",)"
            R"("outputs":{"ApiUrl":"http://localhost:4566/x"},)"
            R"("users":[{"username":"ann","temporaryPassword":"Temp\"1","userPoolId":"us-east-1_a"}],)"
            R"("data":"/data","region":"us-east-1"})"
            "\n");
}

TEST(Announcement, TextSaysNothingOfASiteThatIsNotThere) {
  Announcement announcement;
  announcement.data_flag = "my data";
  const std::string text = to_text(announcement);
  EXPECT_EQ(text.find("Site"), std::string::npos);
  EXPECT_NE(text.find("eval \"$(gatehouse env --data 'my data')\""), std::string::npos) << text;
}

}  // namespace
}  // namespace gatehouse::app
