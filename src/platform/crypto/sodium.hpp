// libsodium, made ready.
#pragma once

namespace gatehouse::crypto {

// Picks libsodium's code for this processor; needed before any other call to it. Thread-safe, free after the first
// call.
void initialize_sodium();

}  // namespace gatehouse::crypto
