#include "proxy/proxy.hpp"

GATEHOUSE_FUNCTION(products::proxy)
