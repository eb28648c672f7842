#include "mcp/browser/keys.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace mcp::browser {
namespace {

struct Key {
  std::string_view name;  // as KeyboardEvent.key has it
  std::string_view code;  // as KeyboardEvent.code has it
  int number;             // the Windows virtual key
  std::string_view text = {};
};

constexpr std::array<Key, 34> named = {{
    {"Enter", "Enter", 13, "\r"},
    {"Tab", "Tab", 9},
    {"Backspace", "Backspace", 8},
    {"Delete", "Delete", 46},
    {"Escape", "Escape", 27},
    {" ", "Space", 32, " "},
    {"ArrowLeft", "ArrowLeft", 37},
    {"ArrowUp", "ArrowUp", 38},
    {"ArrowRight", "ArrowRight", 39},
    {"ArrowDown", "ArrowDown", 40},
    {"Home", "Home", 36},
    {"End", "End", 35},
    {"PageUp", "PageUp", 33},
    {"PageDown", "PageDown", 34},
    {"Insert", "Insert", 45},
    {"ContextMenu", "ContextMenu", 93},
    {"F1", "F1", 112},
    {"F2", "F2", 113},
    {"F3", "F3", 114},
    {"F4", "F4", 115},
    {"F5", "F5", 116},
    {"F6", "F6", 117},
    {"F7", "F7", 118},
    {"F8", "F8", 119},
    {"F9", "F9", 120},
    {"F10", "F10", 121},
    {"F11", "F11", 122},
    {"F12", "F12", 123},
    {"Control", "ControlLeft", 17},
    {"Shift", "ShiftLeft", 16},
    {"Alt", "AltLeft", 18},
    {"Meta", "MetaLeft", 91},
    {"+", "Equal", 187, "+"},
    {"-", "Minus", 189, "-"},
}};

// Other words for the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> also = {{
    {"return", "Enter"},
    {"esc", "Escape"},
    {"space", " "},
    {"spacebar", " "},
    {"ctrl", "Control"},
    {"cmd", "Meta"},
    {"command", "Meta"},
    {"option", "Alt"},
    {"left", "ArrowLeft"},
    {"right", "ArrowRight"},
    {"up", "ArrowUp"},
    {"down", "ArrowDown"},
    {"del", "Delete"},
    {"pgup", "PageUp"},
    {"pgdn", "PageDown"},
    {"plus", "+"},
}};

int modifier_of(std::string_view name) {
  if (name == "Alt") return 1;
  if (name == "Control") return 2;
  if (name == "Meta") return 4;
  if (name == "Shift") return 8;
  return 0;
}

// Empty when there is no key of that name.
nlohmann::json description_of(std::string_view name) {
  for (const auto& [word, key] : also)
    if (base::equals_ignoring_case(word, name)) name = key;
  for (const Key& key : named) {
    if (!base::equals_ignoring_case(key.name, name)) continue;
    nlohmann::json result{
        {"key", key.name}, {"code", key.code}, {"windowsVirtualKeyCode", key.number}};
    if (!key.text.empty()) result["text"] = key.text;
    return result;
  }
  const bool one_code_point =
      !name.empty() && std::ranges::count_if(name, [](char c) {
                         return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                       }) == 1;
  if (!one_code_point) return {};
  nlohmann::json result{{"key", name}, {"text", name}};
  const char c = name.front();
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (is_letter || (c >= '0' && c <= '9')) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    result["code"] = (is_letter ? "Key" : "Digit") + std::string(1, upper);
    result["windowsVirtualKeyCode"] = static_cast<int>(upper);
  }
  return result;
}

}  // namespace

base::Result<std::vector<nlohmann::json>> key_events(std::string_view chord) {
  if (chord != " ") chord = base::trim(chord);
  std::vector<std::string_view> parts = base::split(chord, '+');
  // "+" itself, and "Control++".
  if (chord == "+") parts = {"+"};
  if (chord.ends_with("++")) {
    parts.pop_back();
    parts.back() = "+";
  }
  std::vector<nlohmann::json> keys;
  for (const std::string_view part : parts) {
    nlohmann::json key = description_of(part);
    if (key.is_null())
      return std::unexpected(
          "there is no key \"" + std::string(part) +
          "\"; keys are for example Enter, Tab, Escape, ArrowDown, a, Control+a");
    keys.push_back(std::move(key));
  }
  std::vector<nlohmann::json> events;
  int modifiers = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    const int modifier = modifier_of(keys[i]["key"].get<std::string>());
    if (i + 1 < keys.size() && modifier == 0)
      return std::unexpected(
          "only Control, Shift, Alt and Meta can be held while another is pressed");
    modifiers |= modifier;
    nlohmann::json down = keys[i];
    down["modifiers"] = modifiers;
    // With Control or Alt held a key types nothing.
    if ((modifiers & ~8) != 0) down.erase("text");
    down["type"] = down.contains("text") ? "keyDown" : "rawKeyDown";
    events.push_back(std::move(down));
  }
  for (size_t i = keys.size(); i-- > 0;) {
    modifiers &= ~modifier_of(keys[i]["key"].get<std::string>());
    nlohmann::json up = keys[i];
    up.erase("text");
    up["modifiers"] = modifiers;
    up["type"] = "keyUp";
    events.push_back(std::move(up));
  }
  return events;
}

}  // namespace mcp::browser
