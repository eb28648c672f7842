// What the class and id of an element say about its part in the page, in several languages.
#pragma once

#include <cstdint>
#include <string_view>

namespace html {

using Hints = std::uint16_t;
namespace hint {
inline constexpr Hints chrome =
    1;  // navigation, footers, banners, dialogs: not what the page is about
inline constexpr Hints social = 2;    // sharing, following, subscribing
inline constexpr Hints comments = 4;  // what readers wrote below it
inline constexpr Hints related = 8;   // teasers of other pages
inline constexpr Hints advert = 16;
inline constexpr Hints details = 32;  // author, date, tags, categories
inline constexpr Hints content = 64;  // article, story, content …
inline constexpr Hints body =
    128;  // body, text, main: with `content` the text of the article itself
inline constexpr Hints unseen = 256;    // for screen readers and printers
inline constexpr Hints maybe = 512;     // alone it says little: header, widget, box
inline constexpr Hints lead = 1024;     // what an article begins with
inline constexpr Hints caption = 2048;  // below an image
}  // namespace hint

// Of the words in `names`; parts of a word count where they are long enough to be meant.
Hints hints_in(std::string_view names);

}  // namespace html
