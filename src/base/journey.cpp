#include "base/journey.hpp"

namespace gatehouse {

Journey::Journey(std::string request_id, Timestamp started)
    : request_id_(std::move(request_id)), started_(started), origin_(std::chrono::steady_clock::now()) {
  spans_.reserve(16);
}

std::int64_t Journey::elapsed_ns() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - origin_).count();
}

void Journey::absorb(const Journey& other) {
  const auto offset = std::chrono::duration_cast<std::chrono::nanoseconds>(other.origin_ - origin_).count();
  const auto first = static_cast<std::int32_t>(spans_.size());
  dropped_ += other.dropped_;
  for (const SpanRecord& span : other.spans_) {
    if (spans_.size() >= kMaxSpans) {
      ++dropped_;
      continue;
    }
    SpanRecord& copy = spans_.emplace_back(span);
    copy.parent = span.parent < 0 ? open_ : span.parent + first;
    copy.start_ns += offset;
    if (copy.end_ns >= 0) copy.end_ns += offset;
  }
}

Span::Span(Journey* journey, std::string_view layer, std::string name) {
  if (journey == nullptr) return;
  if (journey->spans_.size() >= Journey::kMaxSpans) {
    ++journey->dropped_;
    return;
  }
  journey_ = journey;
  index_ = static_cast<std::int32_t>(journey->spans_.size());
  SpanRecord& record = journey->spans_.emplace_back();
  record.layer = layer;
  record.name = std::move(name);
  record.parent = journey->open_;
  record.start_ns = journey->elapsed_ns();
  journey->open_ = index_;
}

void Span::note(std::string_view name, std::string_view value) {
  if (journey_ == nullptr) return;
  auto& notes = journey_->spans_[static_cast<std::size_t>(index_)].notes;
  notes.push_back({name, std::string(value.substr(0, Journey::kMaxNoteBytes))});
}

void Span::explain(std::string cause, std::string cure) {
  if (journey_ == nullptr) return;
  SpanRecord& record = journey_->spans_[static_cast<std::size_t>(index_)];
  record.cause = std::move(cause);
  record.cure = std::move(cure);
}

void Span::end() {
  if (journey_ == nullptr) return;
  SpanRecord& record = journey_->spans_[static_cast<std::size_t>(index_)];
  record.end_ns = journey_->elapsed_ns();
  journey_->open_ = record.parent;
  journey_ = nullptr;
}

void JourneyLog::add(std::shared_ptr<const Journey> journey) {
  const std::scoped_lock lock(mutex_);
  journeys_.push_back(std::move(journey));
  if (journeys_.size() > capacity_) journeys_.pop_front();
}

std::shared_ptr<const Journey> JourneyLog::find(std::string_view request_id) const {
  const std::scoped_lock lock(mutex_);
  for (auto it = journeys_.rbegin(); it != journeys_.rend(); ++it)
    if ((*it)->request_id() == request_id) return *it;
  return nullptr;
}

std::vector<std::shared_ptr<const Journey>> JourneyLog::with_trace(std::string_view trace_root) const {
  std::vector<std::shared_ptr<const Journey>> found;
  if (trace_root.empty()) return found;
  const std::scoped_lock lock(mutex_);
  for (const auto& journey : journeys_)
    if (journey->trace_root() == trace_root) found.push_back(journey);
  return found;
}

std::vector<std::shared_ptr<const Journey>> JourneyLog::latest(std::size_t count) const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::shared_ptr<const Journey>> found;
  for (auto it = journeys_.rbegin(); it != journeys_.rend() && found.size() < count; ++it) found.push_back(*it);
  return found;
}

std::string mask_secret(std::string_view secret) {
  if (secret.size() < 16) return "****";
  return "****" + std::string(secret.substr(secret.size() - 4));
}

}  // namespace gatehouse
