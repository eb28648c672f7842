// Code blocks: their text as it stands, and the language where the page names it.
#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"
#include "html/writer.h"

namespace html {
namespace {

// Classes that name a language by what follows.
constexpr std::array<std::string_view, 6> kPrefixes{
    "language-", "lang-", "highlight-source-", "highlight-text-", "brush:", "highlight-"};

bool is_language_name(std::string_view name) {
  return !name.empty() && name.size() <= 20 && name != "none" && name != "plaintext" &&
         name != "default" && name != "source" && name != "notranslate" &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+#-_.") ==
             std::string_view::npos;
}

std::string language_in_classes(std::string_view classes) {
  const std::string names = base::lower(classes.substr(0, 1000));
  bool is_source = false;  // "sourceCode python", "hljs python"
  std::string plain;
  bool is_brush = false;  // "brush: c"
  for (std::string_view name : base::split(names, ' ')) {
    name = base::trim(name);
    if (std::exchange(is_brush, name == "brush:") && is_language_name(name))
      return std::string(name);
    for (const std::string_view prefix : kPrefixes)
      if (name.starts_with(prefix) && is_language_name(name.substr(prefix.size())))
        return std::string(name.substr(prefix.size()));
    if (name == "hljs" || name == "sourcecode" || name == "prettyprint")
      is_source = true;
    else if (is_language_name(name) && name != "highlight" && name != "code" && name != "linenums")
      plain = name;
  }
  return is_source ? plain : std::string();
}

std::string language_of(const Document& document, NodeId id) {
  for (const Attr name : {Attr::data_lang, Attr::data_language}) {
    std::string given = base::lower(base::trim(document.value(id, name)));
    if (is_language_name(given)) return given;
  }
  return language_in_classes(document.value(id, Attr::class_));
}

}  // namespace

bool is_line_number(const Document& document, NodeId id) {
  const std::string_view classes = document.value(id, Attr::class_);
  if (classes.empty()) return false;
  for (const std::string_view name : {"lineno", "linenos", "line-number", "line-numbers", "ln",
                                      "gutter", "linenumber", "hljs-ln-numbers", "blob-num"})
    for (const std::string_view own : base::split(classes.substr(0, 500), ' '))
      if (own == name) return true;
  return false;
}

std::string code_language(const Document& document, NodeId pre) {
  std::string language = language_of(document, pre);
  for (NodeId id = pre + 1; language.empty() && id < std::min(document[pre].end, pre + 4); ++id)
    if (document[id].tag == LXB_TAG_CODE) language = language_of(document, id);
  NodeId around = document[pre].parent;
  for (int level = 0; language.empty() && level < 2 && around != 0; ++level) {
    language = language_of(document, around);
    around = document[around].parent;
  }
  return language;
}

std::string Writer::code_text(NodeId id) const {
  std::string text;
  std::vector<NodeId> lines;  // open blocks: each is a line of its own
  const NodeId end = document_[id].end;
  const auto end_line = [&text] {
    if (!text.empty() && text.back() != '\n') text += '\n';
  };
  for (NodeId at = id + 1; at < end;) {
    while (!lines.empty() && document_[lines.back()].end <= at) {
      end_line();
      lines.pop_back();
    }
    const Node& node = document_[at];
    if (node.tag == kText) text += document_.text_of(node);
    if (node.tag == LXB_TAG_BR) text += '\n';
    if (is_left_out(at) || node.tag == LXB_TAG_BUTTON ||
        (node.tag != kText && is_line_number(document_, at))) {
      at = node.end;
      continue;
    }
    if (is_block(node.tag) && node.tag != LXB_TAG_TD) lines.push_back(at);
    ++at;
  }
  return text;
}

NodeId Writer::code_block(NodeId id) {
  std::string code = code_text(id);
  std::string text;
  text.reserve(code.size());
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code.compare(at, 2, "\u00a0") == 0) {
      text += ' ';
      ++at;
    } else if (code[at] == '\t' || code[at] == '\n' ||
               static_cast<unsigned char>(code[at]) >= 0x20) {
      text += code[at];
    }
  }
  if (text.starts_with('\n')) text.erase(0, 1);
  text.erase(text.find_last_not_of(" \t\n") + 1);
  if (text.find_first_not_of(" \t\n") == std::string::npos) return document_[id].end;
  const std::string fence = backticks_around(text, 3);
  add(fence + code_language(document_, id) + "\n" + text + "\n" + fence);
  return document_[id].end;
}

}  // namespace html
