// Texts of ours that clients keep for us unread, as `encrypted_content`. There is no secret in
// them: the client has the same text beside it. All escaped.
#pragma once

#include <string>
#include <string_view>

namespace responses {

constexpr std::string_view envelope_mark = "autosre1:";

// Empty for another server's content.
inline std::string_view unpack(std::string_view content) {
  return content.starts_with(envelope_mark) ? content.substr(envelope_mark.size())
                                            : std::string_view();
}

}  // namespace responses
