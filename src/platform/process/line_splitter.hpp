// Cuts a stream of bytes into lines.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace gatehouse::process {

// Calls `on_line` for each line without its newline (and without a carriage return before it). A longer line than
// `max_bytes` comes in pieces of that size.
class LineSplitter {
 public:
  LineSplitter(std::function<void(std::string_view)> on_line, std::size_t max_bytes)
      : on_line_(std::move(on_line)), max_bytes_(max_bytes) {}

  void add(std::string_view bytes);
  // What is left without a newline is a line too.
  void finish();

 private:
  void emit(std::string_view line);

  std::function<void(std::string_view)> on_line_;
  const std::size_t max_bytes_;
  std::string partial_;
};

}  // namespace gatehouse::process
