#include "gateway/pdf_text.h"

#include <functional>
#include <optional>

#include "base/strings.h"
#include "net/pdf_text.h"

namespace gateway {
namespace {

constexpr size_t max_kept = 32u << 20;
constexpr std::string_view not_installed =
    "[PDF document: its text cannot be read here, pdftotext (poppler-utils) is not installed]";

}  // namespace

net::Task<std::string> PdfText::extract(std::string_view base64) {
  const uint64_t key = std::hash<std::string_view>{}(base64);
  if (const auto known = texts_.find(key); known != texts_.end()) co_return known->second;
  std::optional<std::string> pdf = base::decode_base64(base64);
  if (!pdf) co_return "[PDF document: its data is not base64]";
  const auto read = co_await net::pdf_text(io_, std::move(*pdf));
  // It may be installed by the next turn.
  if (!read && read.error() == net::PdfProblem::not_installed) co_return std::string(not_installed);
  std::string text = read.value_or("[PDF document: no text could be read from it]");
  if (kept_ + text.size() > max_kept) {
    texts_.clear();
    kept_ = 0;
  }
  kept_ += text.size();
  texts_[key] = text;
  co_return text;
}

}  // namespace gateway
