// tests/templates/right must pass the check, tests/templates/wrong must be refused with exactly the lines of the
// .expected file beside it. GATEHOUSE_WRITE_EXPECTED=1 writes these files anew; read the difference before you keep it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/plan/check.hpp"

namespace gatehouse::plan {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = CORPUS;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string findings_of(const fs::path& path) {
  templates::Inputs inputs;
  inputs.host_values.emplace("SiteUrl", "http://localhost:8080");
  templates::Findings findings;
  const auto definition = templates::Template::load(read(path), path.filename().string(), inputs, findings);
  if (definition) check(*definition, findings);
  EXPECT_TRUE(definition || !findings.empty());
  return findings.to_string();
}

std::set<fs::path> templates_in(const fs::path& folder) {
  std::set<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".json") out.insert(entry.path());
  }
  return out;
}

TEST(Corpus, RightTemplatesPass) {
  const std::set<fs::path> all = templates_in(kCorpus / "right");
  ASSERT_GE(all.size(), 4U);
  for (const fs::path& path : all) EXPECT_EQ(findings_of(path), "") << path;
}

TEST(Corpus, WrongTemplatesAreRefusedWithExactlyTheseLines) {
  const std::set<fs::path> all = templates_in(kCorpus / "wrong");
  ASSERT_GE(all.size(), 10U);
  for (const fs::path& path : all) {
    const std::string found = findings_of(path);
    fs::path expected = path;
    expected.replace_extension(".expected");
    if (std::getenv("GATEHOUSE_WRITE_EXPECTED") != nullptr) std::ofstream(expected) << found;
    EXPECT_NE(found, "") << path;
    EXPECT_EQ(found, read(expected)) << path;
  }
}

}  // namespace
}  // namespace gatehouse::plan
