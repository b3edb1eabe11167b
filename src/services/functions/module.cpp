#include "services/functions/module.hpp"

#include <dlfcn.h>

namespace gatehouse::functions {
namespace {

std::unexpected<Error> refused(const std::filesystem::path& object, std::string_view why) {
  return fail(Error::Kind::kInvalid, "InvalidParameterValueException", fmt::format("{}: {}", object.string(), why));
}

}  // namespace

Result<std::unique_ptr<sdk::Function>> load_function(const std::filesystem::path& object) {
  ::dlerror();
  void* const handle = ::dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) return refused(object, ::dlerror());
  void* const symbol = ::dlsym(handle, sdk::kExportSymbol);
  if (symbol == nullptr) return refused(object, "is not a function of Gatehouse's sdk (GATEHOUSE_FUNCTION is missing)");

  const auto* exported = reinterpret_cast<const sdk::FunctionExport* (*)()>(symbol)();
  // Magic and version are read first: what follows them may have another layout.
  if (exported == nullptr || exported->tag.magic != sdk::kAbiMagic) return refused(object, "has no valid export");
  if (exported->tag.version != sdk::kAbiVersion) {
    return refused(
        object, fmt::format("was built with version {} of the sdk's interface, this program speaks {}: build it again",
                            exported->tag.version, sdk::kAbiVersion));
  }
  if (exported->tag != sdk::AbiTag{}) {
    return refused(object, "was built with another standard library, compiler settings or sanitizers: build it again");
  }
  try {
    return std::unique_ptr<sdk::Function>(exported->make());
  } catch (const std::exception& thrown) {
    return refused(object, std::string("could not be initialized: ") + thrown.what());
  }
}

}  // namespace gatehouse::functions
