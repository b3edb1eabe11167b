// The name that tests know run_task() by.
#pragma once

#include "base/run_task.hpp"

namespace gatehouse::testing {
using gatehouse::run_task;
}
