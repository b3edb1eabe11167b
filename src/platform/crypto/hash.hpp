// Hashes, message authentication and comparisons over OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::crypto {

std::string sha256(std::string_view data);                             // 32 bytes
std::string sha1(std::string_view data);                               // 20 bytes; only where a protocol asks for it
std::string md5(std::string_view data);                                // 16 bytes; only for S3's ETags
std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 bytes

// Time depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Overwrites the bytes; the compiler may not remove it.
void wipe(std::string& secret);

}  // namespace gatehouse::crypto
