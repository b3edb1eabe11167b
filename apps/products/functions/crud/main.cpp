#include "crud/crud.hpp"

GATEHOUSE_FUNCTION(products::crud)
