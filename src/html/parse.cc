#include "html/parse.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <vector>

#include <lexbor/html/tokenizer.h>

#include "html/tree_builder.h"
#include "html/utf8.h"

namespace html {
namespace {

// Names that lexbor does not know are interned in tables of fixed size, whose rows are searched:
// they are emptied before that takes time.
constexpr std::size_t kMaxNames = 512;
constexpr std::size_t kMaxAttributes = 4096;  // of one tag
constexpr std::size_t kChunk = 16 << 10;

struct Free {
  void operator()(lxb_html_tokenizer_t* tokenizer) const { lxb_html_tokenizer_destroy(tokenizer); }
};
using Tokenizer = std::unique_ptr<lxb_html_tokenizer_t, Free>;

std::string_view view(const lxb_char_t* begin, std::size_t size) {
  return {reinterpret_cast<const char*>(begin), size};
}

std::string_view name_of(const lxb_html_token_attr_t& attribute) {
  if (attribute.name == nullptr) return {};
  const lexbor_hash_entry_t& entry = attribute.name->entry;
  return view(lexbor_hash_entry_str(&entry), entry.length);
}

class Parse {
 public:
  explicit Parse(Document& document) : document_(document), builder_(document) {
    tokenizer_.reset(lxb_html_tokenizer_create());
    if (!tokenizer_ || lxb_html_tokenizer_init(tokenizer_.get()) != LXB_STATUS_OK)
      throw std::bad_alloc();
    // Looking for duplicates takes quadratic time; the first one counts all the same.
    lxb_html_tokenizer_keep_duplicate_set(tokenizer_.get(), true);
    lxb_html_tokenizer_callback_token_done_set(tokenizer_.get(), &Parse::take, this);
    if (lxb_html_tokenizer_begin(tokenizer_.get()) != LXB_STATUS_OK) throw std::bad_alloc();
  }

  void run(std::string_view html) {
    while (!html.empty() && !builder_.is_full()) {
      const std::string_view chunk = html.substr(0, kChunk);
      html.remove_prefix(chunk.size());
      const auto* data = reinterpret_cast<const lxb_char_t*>(chunk.data());
      if (lxb_html_tokenizer_chunk(tokenizer_.get(), data, chunk.size()) != LXB_STATUS_OK)
        return stop();
      if (lexbor_dobject_allocated(tokenizer_->dobj_token_attr) > kMaxAttributes) return stop();
    }
    lxb_html_tokenizer_end(tokenizer_.get());
    builder_.finish();
  }

 private:
  static lxb_html_token_t* take(lxb_html_tokenizer_t* tokenizer, lxb_html_token_t* token,
                                void* parse) {
    static_cast<Parse*>(parse)->take(*tokenizer, *token);
    return token;
  }

  void take(lxb_html_tokenizer_t& tokenizer, lxb_html_token_t& token) {
    if (token.tag_id == LXB_TAG__TEXT) {
      take_text(token);
    } else if (token.tag_id == LXB_TAG__UNDEF || token.tag_id >= LXB_TAG__BEGIN) {
      take_tag(tokenizer, token);
    }
    if (token.attr_first != nullptr) {
      lexbor_dobject_clean(tokenizer.dobj_token_attr);
      lexbor_mraw_clean(tokenizer.mraw);
    }
    lexbor_array_obj_clean(tokenizer.parse_errors);
    if (lexbor_dobject_allocated(tokenizer.attrs->entries) > kMaxNames)
      lexbor_hash_clean(tokenizer.attrs);
    if (lexbor_dobject_allocated(tokenizer.tags->entries) > kMaxNames)
      lexbor_hash_clean(tokenizer.tags);
  }

  void take_text(const lxb_html_token_t& token) {
    std::string_view text =
        view(token.text_start, static_cast<std::size_t>(token.text_end - token.text_start));
    if (token.null_count == 0) return builder_.text(text);
    without_nul_.assign(text);
    std::erase(without_nul_, '\0');
    if (!without_nul_.empty()) builder_.text(without_nul_);
  }

  void take_tag(lxb_html_tokenizer_t& tokenizer, const lxb_html_token_t& token) {
    const Tag tag = token.tag_id < LXB_TAG__LAST_ENTRY ? static_cast<Tag>(token.tag_id) : kCustom;
    if ((token.type & LXB_HTML_TOKEN_TYPE_CLOSE) != 0) return builder_.end_tag(tag);
    attributes_.clear();
    for (auto* attribute = token.attr_first; attribute != nullptr; attribute = attribute->next) {
      const auto name = attr_named(name_of(*attribute));
      if (name)
        attributes_.push_back(
            {*name,
             view(attribute->value, attribute->value == nullptr ? 0 : attribute->value_size)});
    }
    builder_.start_tag(tag, (token.type & LXB_HTML_TOKEN_TYPE_CLOSE_SELF) != 0, attributes_);
    lxb_html_tokenizer_set_state_by_tag(&tokenizer, false, token.tag_id, LXB_NS_HTML);
  }

  void stop() {
    document_.truncated = true;
    builder_.finish();
  }

  Document& document_;
  TreeBuilder builder_;
  Tokenizer tokenizer_;
  std::vector<TokenAttribute> attributes_;
  std::string without_nul_;
};

}  // namespace

Document parse(std::string_view html, std::size_t max_bytes) {
  Document document;
  document.truncated = html.size() > max_bytes;
  html = cut_utf8(html, max_bytes);
  document.nodes.reserve(html.size() / 40 + 16);
  document.text.reserve(html.size() / 3);
  Parse(document).run(html);
  return document;
}

}  // namespace html
