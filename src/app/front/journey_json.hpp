// Journeys as JSON, for /_gatehouse/requests.
#pragma once

#include "base/journey.hpp"
#include "base/json.hpp"

namespace gatehouse::app {

json::object journey_summary(const Journey& journey);   // id, time, method, path, status, duration
json::object journey_document(const Journey& journey);  // the summary and the spans as a tree

}  // namespace gatehouse::app
