// The hosted pages' look.
#pragma once

#include <memory>
#include <string>

namespace gatehouse::identity {

const std::shared_ptr<const std::string>& style_text();
const std::shared_ptr<const std::string>& icon_text();
// Changes with either text: part of the style sheet's address and entity tag.
const std::string& style_version();

}  // namespace gatehouse::identity
