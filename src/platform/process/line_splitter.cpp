#include "platform/process/line_splitter.hpp"

namespace gatehouse::process {

void LineSplitter::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const bool is_complete = newline != std::string_view::npos;
    std::string_view part = bytes.substr(0, newline);
    bytes.remove_prefix(is_complete ? newline + 1 : part.size());
    while (partial_.size() + part.size() > max_bytes_) {
      const std::size_t room = max_bytes_ - partial_.size();
      partial_.append(part.substr(0, room));
      part.remove_prefix(room);
      emit(partial_);
      partial_.clear();
    }
    if (!is_complete) {
      partial_.append(part);
    } else if (partial_.empty()) {
      emit(part);
    } else {
      partial_.append(part);
      emit(partial_);
      partial_.clear();
    }
  }
}

void LineSplitter::finish() {
  if (!partial_.empty()) emit(partial_);
  partial_.clear();
}

void LineSplitter::emit(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  on_line_(line);
}

}  // namespace gatehouse::process
