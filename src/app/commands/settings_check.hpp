// The settings of a run, judged before anything is touched.
#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"

namespace gatehouse::app {

// Refuses what cannot work, naming the flag, and fills in what follows from the rest: the stack's name, URLs without
// their final slash.
Result<void> complete_settings(Settings& settings);

// The stack's name of a template without --stack-name: its folder's name as far as CloudFormation takes it (letters,
// digits and dashes, a letter first; 128 at most), else "gatehouse".
std::string default_stack_name(const std::filesystem::path& template_file);

}  // namespace gatehouse::app
