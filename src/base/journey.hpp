// A request's journey: what each layer did with it, so that every answer can be explained.
//
// One Journey belongs to one request from outside and follows it through every nested call in this process. Each layer
// opens a Span, adds what decided (never a secret: mask_secret() first), and closes it by leaving its scope. Spans nest
// by time: a span opened while another is open is its child. Bounded: after kMaxSpans further spans are only counted.
// Used by one coroutine at a time, so not thread-safe; JourneyLog below is.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace gatehouse {

struct Note {
  std::string_view name;  // a literal: names are few and known
  std::string value;
};

struct SpanRecord {
  std::string_view layer;  // a literal: "gateway", "function", "table" ...
  std::string name;        // what was done: "GET /products/{productId}"
  std::int32_t parent = -1;
  std::int64_t start_ns = 0;  // since the journey's start
  std::int64_t end_ns = -1;   // -1 while open
  std::vector<Note> notes;
  std::string cause;  // for an error that this layer made: why, in one sentence
  std::string cure;   // and what to do about it
};

class Journey {
 public:
  static constexpr std::size_t kMaxSpans = 64;
  static constexpr std::size_t kMaxNoteBytes = 512;

  // `request_id` is what the client sees in x-amzn-RequestId.
  Journey(std::string request_id, Timestamp started);

  const std::string& request_id() const { return request_id_; }
  // X-Amzn-Trace-Id's root: joins the journeys of calls that left the process and came back through a socket.
  const std::string& trace_root() const { return trace_root_; }
  void set_trace_root(std::string root) { trace_root_ = std::move(root); }

  // Takes over the spans of work that recorded on its own because it might have outlived this journey; they become
  // children of the span that is open now.
  void absorb(const Journey& other);

  Timestamp started() const { return started_; }
  const std::vector<SpanRecord>& spans() const { return spans_; }
  std::size_t dropped_spans() const { return dropped_; }

  std::string method;
  std::string target;  // path only: queries can carry codes and tokens
  unsigned status = 0;

 private:
  friend class Span;
  std::int64_t elapsed_ns() const;

  std::string request_id_;
  std::string trace_root_;
  Timestamp started_;
  std::chrono::steady_clock::time_point origin_;
  std::vector<SpanRecord> spans_;
  std::int32_t open_ = -1;
  std::size_t dropped_ = 0;
};

// An open span; closes when it leaves its scope. With a null journey every call does nothing.
class Span {
 public:
  Span(Journey* journey, std::string_view layer, std::string name);
  ~Span() { end(); }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  // `name` must be a literal. Values over kMaxNoteBytes are cut.
  void note(std::string_view name, std::string_view value);
  // Why this layer refused or failed, and the cure; both are part of the journey at /_gatehouse/requests.
  void explain(std::string cause, std::string cure);
  void end();

 private:
  Journey* journey_ = nullptr;
  std::int32_t index_ = -1;
};

// The most recent journeys, in bounded memory. Thread-safe.
class JourneyLog {
 public:
  explicit JourneyLog(std::size_t capacity = 1000) : capacity_(capacity) {}

  void add(std::shared_ptr<const Journey> journey);
  std::shared_ptr<const Journey> find(std::string_view request_id) const;
  std::vector<std::shared_ptr<const Journey>> with_trace(std::string_view trace_root) const;
  std::vector<std::shared_ptr<const Journey>> latest(std::size_t count) const;  // newest first

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::deque<std::shared_ptr<const Journey>> journeys_;  // oldest first
};

// What may be shown of a secret: its last four characters when it has at least 16, else nothing of it.
std::string mask_secret(std::string_view secret);

}  // namespace gatehouse
