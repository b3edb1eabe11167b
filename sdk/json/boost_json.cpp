// Boost.JSON itself: Debian's static library is not position independent enough for a shared object.
#include <boost/json/src.hpp>
