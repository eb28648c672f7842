// The text of a PDF document, by poppler's pdftotext in a process of its own: what comes in a
// document is hostile.
#pragma once

#include <string>

#include <boost/asio/io_context.hpp>

#include "base/error.h"
#include "net/task.h"

namespace net {

constexpr size_t max_pdf_text = 4u << 20;  // bytes; the rest is cut off

enum class PdfProblem { not_installed, no_text };

// Takes 20 s at most. Pages end with a form feed.
Task<base::Result<std::string, PdfProblem>> pdf_text(asio::io_context& io, std::string pdf);

}  // namespace net
