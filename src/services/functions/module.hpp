// A function's shared object, loaded into this process.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.hpp"
#include "gatehouse/sdk/host.hpp"

namespace gatehouse::functions {

// Loads the object and makes its function. Refused (kInvalid): a file that cannot be loaded, lacks the symbol, or was
// built with another version of the sdk, another standard library or other sanitizers. The object stays loaded until
// the process ends: what it made may live anywhere by then. A file that is replaced under the same path is therefore
// not seen before a restart.
Result<std::unique_ptr<sdk::Function>> load_function(const std::filesystem::path& object);

}  // namespace gatehouse::functions
