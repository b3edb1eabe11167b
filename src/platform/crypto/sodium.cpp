#include "platform/crypto/sodium.hpp"

#include <sodium.h>

#include <stdexcept>

namespace gatehouse::crypto {

void initialize_sodium() {
  static const int state = sodium_init();
  if (state < 0) throw std::runtime_error("libsodium could not be initialized");
}

}  // namespace gatehouse::crypto
