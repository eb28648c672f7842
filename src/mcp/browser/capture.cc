#include "mcp/browser/capture.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "base/strings.h"
#include "browser_scripts_texts.h"

namespace mcp::browser {
namespace {

using net::Task;

constexpr milliseconds capture_deadline{20'000};
constexpr size_t most_pieces = 4;
// The base64 of a picture goes into every later request of the conversation.
constexpr size_t most_bytes = 900'000;
constexpr size_t most_pdf = 64u << 20;
constexpr size_t most_markup = 8u << 20;

Task<std::string> shoot(std::shared_ptr<Tab> tab, Clip clip, std::string format, int quality) {
  cdp::Params params{{"format", format},
                     {"captureBeyondViewport", true},
                     {"clip",
                      {{"x", clip.x},
                       {"y", clip.y},
                       {"width", clip.width},
                       {"height", clip.height},
                       {"scale", clip.scale}}}};
  if (format != "png") params["quality"] = quality;
  const auto answer = co_await tab->call("Page.captureScreenshot", params, capture_deadline);
  if (!answer) {
    if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab);
    fail(*tab, "no picture can be taken", answer.error());
  }
  auto bytes = base::decode_base64((*answer)->body["data"].string());
  if (!bytes || bytes->empty()) throw base::Error("the browser sent no picture");
  co_return std::move(*bytes);
}

Task<Picture> picture_of(std::shared_ptr<Tab> tab, Clip clip, std::string format) {
  Picture picture;
  for (int attempt = 0; attempt < 4; ++attempt) {
    const int quality = attempt < 2 ? 80 : 55;
    std::string name = format;
    picture.bytes = co_await shoot(tab, clip, std::move(name), quality);
    picture.mime_type = "image/" + format;
    picture.width = static_cast<int>(std::lround(clip.width * clip.scale));
    picture.height = static_cast<int>(std::lround(clip.height * clip.scale));
    if (picture.bytes.size() <= most_bytes) break;
    if (format != "png") clip.scale *= 0.8;
    if (format == "png") format = "jpeg";
  }
  co_return picture;
}

Task<cdp::Params> page_size(std::shared_ptr<Tab> tab) {
  const FrameKey key{tab->target(), tab->main().loader};
  std::string question(browser_scripts::page_size);
  co_return co_await evaluate(tab, key, std::move(question));
}

// The element's box on the page. Only elements of the page's own frame are placed exactly.
Task<Clip> clip_of(std::shared_ptr<Tab> tab, Element element, const cdp::Params& size) {
  const cdp::Params box = co_await call_on(tab, element, browser_scripts::element_box);
  const cdp::Params now = co_await page_size(tab);
  Clip clip{.x = box.value("x", 0.0) + now.value("x", 0.0),
            .y = box.value("y", 0.0) + now.value("y", 0.0),
            .width = std::min(box.value("width", 0.0), size.value("width", 0.0)),
            .height = std::min(box.value("height", 0.0), 4000.0)};
  if (clip.width < 1 || clip.height < 1)
    throw base::Error("no picture can be taken of " + element.label, "it is not visible");
  clip.scale = scale_for(clip.width, clip.height);
  co_return clip;
}

std::string size_text(const Picture& picture) {
  return fmt::format("{}x{} pixels, {} KB {}", picture.width, picture.height,
                     (picture.bytes.size() + 1023) / 1024, picture.mime_type.substr(6));
}

}  // namespace

Task<Pictures> take_pictures(std::shared_ptr<Tab> tab, Area area, std::optional<Element> element,
                             std::string format) {
  const cdp::Params size = co_await page_size(tab);
  const double width = size.value("width", 1280.0);
  const double height = size.value("height", 800.0);
  Pieces pieces;
  if (area == Area::page) {
    pieces = pieces_of(width, height, most_pieces);
  } else if (area == Area::element) {
    const Clip clip = co_await clip_of(tab, *element, size);
    pieces.clips = {clip};
  } else {
    const double view_width = size.value("viewWidth", 1280.0);
    const double view_height = size.value("viewHeight", 800.0);
    pieces.clips = {{.x = size.value("x", 0.0),
                     .y = size.value("y", 0.0),
                     .width = view_width,
                     .height = view_height,
                     .scale = scale_for(view_width, view_height)}};
  }
  Pictures pictures;
  for (const Clip& clip : pieces.clips) {
    std::string name = format;
    Picture picture = co_await picture_of(tab, clip, std::move(name));
    pictures.note += fmt::format("Picture {}: {}, from {} to {} of {} pixels down the page.\n",
                                 pictures.list.size() + 1, size_text(picture), std::lround(clip.y),
                                 std::lround(clip.y + clip.height), std::lround(height));
    pictures.list.push_back(std::move(picture));
  }
  if (pieces.left_out > 0)
    pictures.note +=
        fmt::format("The last {} pixels of the page are not shown; scroll there in a session.\n",
                    std::lround(pieces.left_out));
  co_return pictures;
}

Task<std::string> print_pdf(std::shared_ptr<Tab> tab, PrintOptions options) {
  struct Paper {
    const char* name;
    double width;
    double height;  // inches
  };
  constexpr Paper papers[] = {{"a4", 8.27, 11.69}, {"letter", 8.5, 11}, {"a3", 11.69, 16.54}};
  const auto* const paper =
      std::ranges::find_if(papers, [&](const Paper& each) { return options.paper == each.name; });
  cdp::Params params{{"landscape", options.landscape},
                     {"printBackground", options.background},
                     {"paperWidth", paper == std::end(papers) ? 8.27 : paper->width},
                     {"paperHeight", paper == std::end(papers) ? 11.69 : paper->height},
                     {"preferCSSPageSize", true},
                     {"generateTaggedPDF", true},
                     {"generateDocumentOutline", true},
                     {"transferMode", "ReturnAsStream"}};
  if (!options.pages.empty()) params["pageRanges"] = options.pages;
  const auto answer = co_await tab->call("Page.printToPDF", params, milliseconds(45'000));
  if (!answer) {
    if (answer.error().kind == cdp::Failure::Kind::late) stop_script(*tab);
    fail(*tab, "the page cannot be printed", answer.error());
  }
  const std::string stream = (*answer)->body["stream"].string();
  const cdp::Params read{{"handle", stream}, {"size", 1 << 20}};
  std::string pdf;
  while (pdf.size() <= most_pdf) {
    const auto part = co_await tab->call("IO.read", read, capture_deadline);
    if (!part) fail(*tab, "the page cannot be printed", part.error());
    const json::Value body = (*part)->body;
    const std::string data = body["data"].string();
    const auto bytes = body["base64Encoded"].is_true() ? base::decode_base64(data) : data;
    if (bytes) pdf += *bytes;
    if (body["eof"].is_true()) break;
  }
  const cdp::Params close{{"handle", stream}};
  tab->post("IO.close", close);
  if (pdf.size() > most_pdf)
    throw base::Error("the page cannot be printed", "its PDF is larger than 64 MiB");
  co_return pdf;
}

namespace {

// Tells our script in the outer document which frame is in which element.
Task<void> name_frame(std::shared_ptr<Tab> tab, std::string id) {
  const auto frame = tab->frames().find(id);
  if (frame == tab->frames().end()) co_return;
  const auto outer = tab->frames().find(frame->second.parent);
  if (outer == tab->frames().end()) co_return;
  const std::string session = outer->second.session;
  const FrameKey key{outer->first, outer->second.loader};
  const cdp::Params asked{{"frameId", id}};
  const auto owner = co_await tab->connection().call(session, "DOM.getFrameOwner", asked);
  if (!owner) co_return;
  const Ref ref{.tab = tab->target(),
                .frame = key,
                .dom_node = (*owner)->body["backendNodeId"].integer().value_or(0),
                .label = "the frame"};
  Element holder = co_await find_element(tab, ref, 0);
  cdp::Params arguments = cdp::Params::array({id});
  constexpr std::string_view mark = "function(id) { this.autosreFrame = id; }";
  co_await call_on(tab, std::move(holder), mark, std::move(arguments));
}

Task<Markup> markup_of(std::shared_ptr<Tab> tab, FrameKey key, int depth) {
  std::vector<std::string> inner;
  for (const auto& [id, frame] : tab->frames())
    if (frame.parent == key.frame && depth < 4 && inner.size() < 20) inner.push_back(id);
  for (const std::string& id : inner) {
    try {
      co_await name_frame(tab, id);
    } catch (const base::Error&) {
      continue;  // it has gone, or does not answer: the page is shown without it
    }
  }
  std::string call =
      "(" + std::string(browser_scripts::markup) + ")(" + std::to_string(most_markup) + ")";
  const cdp::Params result = co_await evaluate(tab, key, std::move(call), capture_deadline);
  Markup markup{.html = result.value("html", std::string()),
                .address = {},
                .truncated = result.value("truncated", false)};
  for (const std::string& id : inner) {
    const std::string place = "<div data-frame=\"" + id + "\"></div>";
    const size_t at = markup.html.find(place);
    const auto frame = tab->frames().find(id);
    if (at == std::string::npos || frame == tab->frames().end()) continue;
    const FrameKey inner_key{id, frame->second.loader};
    std::string html;
    try {
      Markup part = co_await markup_of(tab, inner_key, depth + 1);
      html = std::move(part.html);
    } catch (const base::Error&) {
      continue;
    }
    const size_t begin = html.find("</head>");
    if (begin != std::string::npos) html.erase(0, begin + 7);
    const size_t there = markup.html.find(place);
    if (there != std::string::npos && markup.html.size() + html.size() <= 2 * most_markup)
      markup.html.replace(there, place.size(), "<section>" + html + "</section>");
  }
  co_return markup;
}

}  // namespace

Task<Markup> read_markup(std::shared_ptr<Tab> tab) {
  FrameKey key{tab->target(), tab->main().loader};
  Markup markup = co_await markup_of(tab, std::move(key), 0);
  markup.address = tab->main().url;
  co_return markup;
}

}  // namespace mcp::browser
