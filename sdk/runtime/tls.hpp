// TLS for streams, over OpenSSL.
#pragma once

#include <memory>
#include <string>

#include "stream.hpp"

namespace gatehouse::sdk::runtime {

// Takes over the connected, non-blocking socket. TLS 1.2 or newer; the certificate must be valid for `host`.
Result<std::unique_ptr<Stream>> start_tls(int descriptor, const std::string& host, Deadline deadline);

// False when the deadline passed first.
bool wait_for(int descriptor, short events, Deadline deadline);

}  // namespace gatehouse::sdk::runtime
