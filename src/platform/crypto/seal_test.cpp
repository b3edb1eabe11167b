#include "platform/crypto/seal.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace gatehouse::crypto {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fmt::format("gatehouse-seal-{}-{}", ::getpid(), next_++)) {
    fs::create_directory(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(std::string_view name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  static inline int next_ = 0;
  fs::path path_;
};

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

class SealerTest : public testing::Test {
 protected:
  SystemRandom random_;
  Sealer sealer_{std::string(32, 'k'), random_};
};

TEST_F(SealerTest, ReturnsWhatWasSealed) {
  for (const std::string& plain :
       {std::string(), std::string("x"), std::string(100'000, 'y'), std::string("a\0b", 3)}) {
    const std::string sealed = sealer_.seal(plain, "secret:one");
    EXPECT_EQ(sealed.size(), plain.size() + Sealer::kOverheadBytes);
    EXPECT_EQ(sealer_.unseal(sealed, "secret:one"), plain);
  }
}

TEST_F(SealerTest, NeverSealsAlikeTwice) { EXPECT_NE(sealer_.seal("plain", "c"), sealer_.seal("plain", "c")); }

TEST_F(SealerTest, RefusesAChangeOfAnyByte) {
  const std::string sealed = sealer_.seal("the plain text", "context");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (const char flip : {'\x01', '\x80'}) {
      std::string changed = sealed;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      EXPECT_FALSE(sealer_.unseal(changed, "context")) << "byte " << i;
    }
  }
}

TEST_F(SealerTest, RefusesEveryTruncationAndExtension) {
  const std::string sealed = sealer_.seal("the plain text", "context");
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(sealer_.unseal(sealed.substr(0, size), "context"));
  EXPECT_FALSE(sealer_.unseal(sealed + '\0', "context"));
}

TEST_F(SealerTest, RefusesAnotherContextAndAnotherKey) {
  const std::string sealed = sealer_.seal("the plain text", "secret:one");
  EXPECT_FALSE(sealer_.unseal(sealed, "secret:two"));
  EXPECT_FALSE(sealer_.unseal(sealed, ""));
  EXPECT_FALSE(Sealer(std::string(32, 'K'), random_).unseal(sealed, "secret:one"));
}

TEST_F(SealerTest, RefusesAKeyOfAnotherLength) { EXPECT_THROW(Sealer("short", random_), std::invalid_argument); }

class KeyFile : public testing::Test {
 protected:
  Folder folder_;
  fs::path path_ = folder_ / "key";
  SystemRandom random_;

  std::string refusal() {
    const Result<Sealer> sealer = Sealer::open(path_, random_);
    return sealer ? "accepted" : sealer.error().message;
  }
  void write(std::string_view text, fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
    std::ofstream(path_) << text;
    fs::permissions(path_, mode);
  }
};

TEST_F(KeyFile, IsMadeOnceForItsOwnerAlone) {
  const Result<Sealer> first = Sealer::open(path_, random_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(mode_of(path_), 0600u);
  EXPECT_EQ(fs::file_size(path_), 65u);

  const Result<Sealer> second = Sealer::open(path_, random_);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->unseal(first->seal("plain", "c"), "c"), "plain");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1) << "a draft was left behind";
}

TEST_F(KeyFile, IsMadeForItsOwnerAloneWhateverTheUmask) {
  const mode_t before = ::umask(0);
  const Result<Sealer> sealer = Sealer::open(path_, random_);
  ::umask(before);
  ASSERT_TRUE(sealer);
  EXPECT_EQ(mode_of(path_), 0600u);
}

TEST_F(KeyFile, IsRefusedWhenOthersCanReachIt) {
  for (const unsigned mode : {0604u, 0640u, 0644u, 0620u, 0601u}) {
    write(std::string(64, 'a'), static_cast<fs::perms>(mode));
    EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << std::oct << mode;
    EXPECT_EQ(mode_of(path_), mode) << "a refused file is left as it is";
  }
}

TEST_F(KeyFile, IsRefusedWhenItHoldsNoKey) {
  for (const std::string& text : {std::string(), std::string("abc"), std::string(63, 'a'), std::string(66, 'a'),
                                  std::string(64, 'g'), std::string(500, 'a')}) {
    write(text);
    EXPECT_NE(refusal().find("64 hexadecimal digits"), std::string::npos) << text;
  }
}

TEST_F(KeyFile, IsNeverReachedThroughALinkOrAFolder) {
  std::ofstream(folder_ / "elsewhere") << std::string(64, 'a');
  fs::create_symlink(folder_ / "elsewhere", path_);
  EXPECT_NE(refusal().find("symbolic link"), std::string::npos);
  fs::remove(path_);
  fs::create_directory(path_);
  EXPECT_NE(refusal().find("not a regular file"), std::string::npos);
}

TEST_F(KeyFile, NamesAFolderThatIsMissing) {
  path_ = folder_ / "missing/key";
  EXPECT_NE(refusal().find("missing/key"), std::string::npos);
}

TEST_F(KeyFile, IsOneKeyForAllWhoMakeItTogether) {
  std::vector<std::string> sealed(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& out : sealed) {
      threads.emplace_back([&] {
        SystemRandom random;
        const Result<Sealer> sealer = Sealer::open(path_, random);
        ASSERT_TRUE(sealer) << sealer.error().message;
        out = sealer->seal("plain", "c");
      });
    }
  }
  const Result<Sealer> sealer = Sealer::open(path_, random_);
  ASSERT_TRUE(sealer);
  for (const std::string& text : sealed) EXPECT_EQ(sealer->unseal(text, "c"), "plain");
}

}  // namespace
}  // namespace gatehouse::crypto
