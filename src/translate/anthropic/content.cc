#include "translate/anthropic/content.h"

#include <initializer_list>
#include <utility>

#include "protocol/json/text.h"

namespace translate::from_anthropic {
namespace {

using json::Kind;
using json::Value;

void append_separated(std::string& out, std::string_view text, std::string_view between) {
  if (!out.empty() && !text.empty()) out += between;
  out += text;
}

}  // namespace

std::string_view Content::text(Value string) {
  if (!string.has_surrogates()) return string.escaped();
  std::string mended;
  string.append_escaped(mended);
  return keep(std::move(mended));
}

void Content::read(Value content, Parts& parts) {
  if (content.is(Kind::string)) return add(parts, text(content));
  if (!content.is(Kind::array)) return;
  std::string loaded;
  const auto flush = [&] {
    if (!loaded.empty()) add(parts, keep("Loaded tools: " + loaded));
    loaded.clear();
  };
  for (const Value block : content) {
    if (block["type"].equals("tool_reference")) {
      append_separated(loaded, text(block["tool_name"]), ", ");
    } else {
      flush();
      read_block(block, parts);
    }
  }
  flush();
}

void Content::read_block(Value block, Parts& parts) {
  const Value type = block["type"];
  if (type.equals("text")) return add(parts, text(block["text"]));
  if (type.equals("image")) return image(block["source"], parts);
  if (type.equals("document")) return document(block, parts);
  if (type.equals("thinking") || type.equals("redacted_thinking")) return;
  if (type.equals("tool_use") || type.escaped().ends_with("_tool_use")) return call(block, parts);
  summary(block, parts);
}

void Content::image(Value source, Parts& parts) {
  if (!source["url"].given() && !source["data"].given())
    return add(parts, "[image left out: its source is of an unknown kind]");
  if (!profile_.vision) return add(parts, "[image left out: this model cannot see images]");
  if (source["url"].given()) {
    parts.push_back({.image = text(source["url"])});
    return;
  }
  const bool typed = source["media_type"].given();
  parts.push_back({.image = text(source["data"]),
                   .media_type = typed ? text(source["media_type"]) : "image/png"});
}

void Content::document(Value block, Parts& parts) {
  Parts inner;
  document_source(block["source"], inner);
  std::string whole = "<document";
  if (block["title"].is(Kind::string)) {
    whole += " title=\\\"";
    whole += text(block["title"]);
    whole += "\\\"";
  }
  whole += ">\\n";
  if (block["context"].is(Kind::string)) {
    whole += text(block["context"]);
    whole += separator;
  }
  append_text(whole, inner);
  add(parts, keep(whole + "\\n</document>"));
  for (const Part& part : inner)
    if (!part.image.empty()) parts.push_back(part);
}

void Content::document_source(Value source, Parts& parts) {
  if (source["content"].given()) return read(source["content"], parts);
  if (source["type"].equals("text")) return add(parts, text(source["data"]));
  if (source["url"].given()) {
    std::string notice = "[left out: documents are not fetched from ";
    notice += text(source["url"]);
    return add(parts, keep(notice + "]"));
  }
  const std::string_view data = source["data"].escaped();
  const auto found = documents_.find(data);
  if (found != documents_.end() && !found->second.empty()) {
    std::string extracted;
    json::append_escaped(extracted, found->second);
    return add(parts, keep(std::move(extracted)));
  }
  std::string notice = "[left out: no text could be read from ";
  notice += source["media_type"].given() ? text(source["media_type"]) : "data";
  add(parts, keep(notice + " of " + std::to_string(data.size() / 4 * 3) + " bytes]"));
}

// A call of one of the API's own tools, in a history that another server began.
void Content::call(Value block, Parts& parts) {
  std::string input;
  json::append_compact(input, block["input"].raw());
  std::string line = "[called ";
  line += text(block["name"]);
  line += ' ';
  json::append_escaped(line, input);
  add(parts, keep(line + "]"));
}

// Results of the API's own tools, search results, and whatever is new.
void Content::summary(Value block, Parts& parts) {
  const std::string_view type = text(block["type"]);
  std::string found;
  flatten(block, found);
  if (found.empty()) return add(parts, keep("[" + std::string(type) + " left out]"));
  if (type.ends_with("tool_result")) {
    const std::string_view failed = block["is_error"].is_true() ? ", error]\\n" : "]\\n";
    found = "[" + std::string(type) + std::string(failed) + found;
  }
  add(parts, keep(std::move(found)));
}

// The readable strings of a value, a line each; never data, signatures or encrypted content.
void Content::flatten(Value value, std::string& out) {
  if (value.is(Kind::string)) return append_separated(out, text(value), "\\n");
  if (value.is(Kind::array))
    for (const Value element : value) flatten(element, out);
  if (!value.is(Kind::object)) return;
  for (const std::string_view name : {"title", "url", "source", "text", "stdout", "stderr",
                                      "error_code", "tool_name", "content", "tool_references"}) {
    const Value member = value[name];
    if (name != "source" || member.is(Kind::string)) flatten(member, out);
    if (member["type"].equals("text")) flatten(member["data"], out);
  }
}

}  // namespace translate::from_anthropic
