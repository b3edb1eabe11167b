#include "app/front/journey_json.hpp"

#include "base/time_format.hpp"

namespace gatehouse::app {
namespace {

double to_ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

json::object span_json(const std::vector<SpanRecord>& spans, std::size_t index) {
  const SpanRecord& span = spans[index];
  json::object out{{"layer", span.layer}, {"name", span.name}, {"startMs", to_ms(span.start_ns)}};
  if (span.end_ns >= 0) out["durationMs"] = to_ms(span.end_ns - span.start_ns);
  if (!span.notes.empty()) {
    json::object notes;
    for (const Note& note : span.notes) notes[note.name] = note.value;
    out["notes"] = std::move(notes);
  }
  if (!span.cause.empty()) out["cause"] = span.cause;
  if (!span.cure.empty()) out["cure"] = span.cure;
  json::array children;
  for (std::size_t i = index + 1; i < spans.size(); ++i) {
    if (spans[i].parent == static_cast<std::int32_t>(index)) children.push_back(span_json(spans, i));
  }
  if (!children.empty()) out["spans"] = std::move(children);
  return out;
}

}  // namespace

json::object journey_summary(const Journey& journey) {
  json::object out{{"requestId", journey.request_id()},
                   {"time", format_iso8601(journey.started())},
                   {"method", journey.method},
                   {"path", journey.target},
                   {"status", journey.status}};
  const std::vector<SpanRecord>& spans = journey.spans();
  if (!spans.empty() && spans.front().end_ns >= 0) out["durationMs"] = to_ms(spans.front().end_ns);
  return out;
}

json::object journey_document(const Journey& journey) {
  json::object out = journey_summary(journey);
  if (!journey.trace_root().empty()) out["traceId"] = journey.trace_root();
  json::array roots;
  for (std::size_t i = 0; i < journey.spans().size(); ++i) {
    if (journey.spans()[i].parent < 0) roots.push_back(span_json(journey.spans(), i));
  }
  out["spans"] = std::move(roots);
  if (journey.dropped_spans() > 0) out["droppedSpans"] = journey.dropped_spans();
  return out;
}

}  // namespace gatehouse::app
