// Where a request came from: for audit lines and journeys.
#pragma once

#include <string>

namespace gatehouse {
class Journey;
}

namespace gatehouse::identity {

struct Origin {
  std::string peer_address;
  std::string request_id;
  Journey* journey = nullptr;
};

}  // namespace gatehouse::identity
