// The file that holds a sealing key.
#pragma once

#include <filesystem>
#include <string>

#include "base/random.hpp"
#include "base/result.hpp"

namespace gatehouse::crypto {

// The 32 bytes of the key. Makes the file when there is none; errors name the file and the cure.
Result<std::string> read_or_make_key_file(const std::filesystem::path& path, Random& random);

}  // namespace gatehouse::crypto
