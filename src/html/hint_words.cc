#include "html/hint_words.h"

namespace html {
namespace {

using namespace hint;
constexpr bool kWhole = true;
constexpr bool kPart = false;

constexpr HintWord kWords[] = {
    // Navigation and the frame of the page.
    {"nav", chrome, kWhole}, {"navi", chrome, kWhole}, {"navbar", chrome, kPart}, {"navigation", chrome, kPart},
    {"navigator", chrome, kPart}, {"menu", chrome, kWhole}, {"menubar", chrome, kPart}, {"submenu", chrome, kPart},
    {"mainmenu", chrome, kPart}, {"topmenu", chrome, kPart}, {"megamenu", chrome, kPart}, {"breadcrumb", chrome, kPart},
    {"breadcrumbs", chrome, kPart}, {"crumbs", chrome, kWhole}, {"ariadne", chrome, kWhole}, {"sidebar", chrome, kPart},
    {"sidebars", chrome, kPart}, {"sidenav", chrome, kPart}, {"rightrail", chrome, kPart}, {"rail", chrome, kWhole},
    {"footer", chrome, kPart}, {"foot", chrome, kWhole}, {"masthead", chrome, kPart}, {"topbar", chrome, kPart},
    {"toolbar", chrome, kPart}, {"toolbox", chrome, kPart}, {"banner", chrome, kWhole}, {"cookie", chrome, kPart},
    {"cookies", chrome, kPart}, {"consent", chrome, kPart}, {"gdpr", chrome, kPart}, {"dsgvo", chrome, kPart},
    {"popup", chrome, kPart}, {"modal", chrome, kWhole}, {"lightbox", chrome, kPart}, {"overlay", chrome, kWhole},
    {"skiplink", chrome, kPart}, {"skip", chrome, kWhole}, {"pagination", chrome, kPart}, {"paginator", chrome, kPart},
    {"pager", chrome, kWhole}, {"paging", chrome, kWhole}, {"pagenav", chrome, kPart}, {"prevnext", chrome, kPart},
    {"login", chrome, kPart}, {"signin", chrome, kPart}, {"signup", chrome, kPart}, {"loginbox", chrome, kPart},
    {"searchform", chrome, kPart}, {"searchbox", chrome, kPart}, {"colophon", chrome, kPart}, {"copyright", chrome, kPart},
    {"imprint", chrome, kWhole}, {"impressum", chrome, kPart}, {"disclaimer", chrome, kPart}, {"noprint", chrome, kPart},
    {"siteheader", chrome, kPart}, {"pageheader", chrome, kPart}, {"backtotop", chrome, kPart}, {"totop", chrome, kPart},
    {"dropdown", chrome, kWhole}, {"editsection", chrome, kPart}, {"catlinks", chrome, kPart}, {"navbox", chrome, kPart},
    {"jumpto", chrome, kPart}, {"metanavigation", chrome, kPart}, {"servicenavigation", chrome, kPart},
    {"offcanvas", chrome, kPart}, {"fussnote", 0, kPart}, {"fusszeile", chrome, kPart}, {"seitenleiste", chrome, kPart},
    {"marginalspalte", chrome, kPart}, {"randspalte", chrome, kPart}, {"brotkrumen", chrome, kPart},
    {"barrelaterale", chrome, kPart}, {"pied", chrome, kWhole}, {"pie", chrome, kWhole}, {"migas", chrome, kWhole},
    {"stopka", chrome, kPart}, {"rodape", chrome, kPart},
    // Sharing and subscribing.
    {"share", social, kWhole}, {"shares", social, kWhole}, {"sharing", social, kPart}, {"sharedaddy", social, kPart},
    {"sharebar", social, kPart}, {"sharebuttons", social, kPart}, {"sharetools", social, kPart}, {"sharebox", social, kPart},
    {"sharelinks", social, kPart}, {"shariff", social, kPart}, {"addthis", social, kPart}, {"addtoany", social, kPart},
    {"sociable", social, kPart}, {"social", social, kPart}, {"socials", social, kPart}, {"socialmedia", social, kPart},
    {"follow", social, kWhole}, {"followus", social, kPart}, {"newsletter", social, kPart}, {"subscribe", social, kPart},
    {"subscription", social, kPart}, {"abonnement", social, kPart}, {"teilen", social, kWhole}, {"partage", social, kPart},
    {"partager", social, kPart}, {"compartir", social, kPart}, {"compartilhar", social, kPart}, {"condividi", social, kPart},
    {"heateor", social, kPart}, {"jetpack", social, kPart}, {"sns", social, kWhole}, {"bookmarks", social, kWhole},
    {"bookmarkify", social, kPart}, {"likes", social, kWhole}, {"donate", social, kPart}, {"donation", social, kPart},
    // Readers' comments.
    {"comment", comments, kPart}, {"comments", comments, kPart}, {"commentlist", comments, kPart}, {"disqus", comments, kPart},
    {"commentaires", comments, kPart}, {"comentarios", comments, kPart}, {"kommentar", comments, kPart},
    {"kommentare", comments, kPart}, {"commenti", comments, kPart}, {"komentarze", comments, kPart}, {"reacties", comments, kPart},
    {"respond", comments, kWhole}, {"replies", comments, kWhole}, {"leserbriefe", comments, kPart}, {"livefyre", comments, kPart},
    {"trackback", comments, kPart}, {"trackbacks", comments, kPart}, {"pingback", comments, kPart},
    // Other pages.
    {"related", related, kPart}, {"relatedposts", related, kPart}, {"similar", related, kWhole}, {"recommended", related, kPart},
    {"recommendation", related, kPart}, {"recommendations", related, kPart}, {"recommend", related, kWhole},
    {"readmore", related, kPart}, {"morenews", related, kPart}, {"morestories", related, kPart}, {"mostread", related, kPart},
    {"mostpopular", related, kPart}, {"popular", related, kWhole}, {"trending", related, kWhole}, {"outbrain", related, kPart},
    {"taboola", related, kPart}, {"crp", related, kWhole}, {"yarpp", related, kPart}, {"zergnet", related, kPart},
    {"upnext", related, kPart}, {"teaser", related | maybe, kPart}, {"teasers", related, kPart}, {"teaserlist", related, kPart},
    {"verwandt", related, kPart}, {"verwandte", related, kPart}, {"aehnliche", related, kPart}, {"weitere", related, kWhole},
    {"mehrzumthema", related, kPart}, {"relacionadas", related, kPart}, {"relacionados", related, kPart},
    {"relacionada", related, kPart}, {"correlati", related, kPart}, {"powiazane", related, kPart}, {"gerelateerd", related, kPart},
    {"lire", related | maybe, kWhole}, {"suggestions", related, kWhole}, {"suggested", related, kWhole}, {"seealso", 0, kPart},
    {"otherposts", related, kPart}, {"recentposts", related, kPart}, {"recent", related | maybe, kWhole}, {"latest", related | maybe, kWhole},
    {"tagcloud", related, kPart}, {"blogroll", related, kPart}, {"archives", related | maybe, kWhole}, {"promo", advert, kPart},
    {"promoted", advert, kPart}, {"promotion", advert, kPart}, {"sponsor", advert, kPart}, {"sponsored", advert, kPart},
    // Advertisements.
    {"ad", advert, kWhole}, {"ads", advert, kWhole}, {"adv", advert, kWhole}, {"advert", advert, kPart},
    {"advertisement", advert, kPart}, {"advertising", advert, kPart}, {"adsense", advert, kPart}, {"adbox", advert, kPart},
    {"adslot", advert, kPart}, {"banners", advert, kWhole}, {"werbung", advert, kPart}, {"anzeige", advert, kPart},
    {"publicite", advert, kPart}, {"publicidad", advert, kPart}, {"pubblicita", advert, kPart}, {"reklama", advert, kPart},
    {"paywall", advert, kPart}, {"affiliate", advert, kPart}, {"dfp", advert, kWhole}, {"gpt", advert, kWhole},
    // Author, date, tags.
    {"byline", details, kPart}, {"author", details, kPart}, {"authorbox", details, kPart}, {"authors", details, kPart},
    {"autor", details, kWhole}, {"auteur", details, kWhole}, {"bio", details, kWhole}, {"meta", details, kWhole},
    {"metadata", details, kPart}, {"postmeta", details, kPart}, {"entrymeta", details, kPart}, {"postinfo", details, kPart},
    {"timestamp", details, kPart}, {"date", details, kWhole}, {"datum", details, kWhole}, {"dateline", details, kPart},
    {"published", details, kWhole}, {"tags", details, kWhole}, {"taglist", details, kPart}, {"taxonomy", details, kWhole},
    {"categories", details, kWhole}, {"category", details | maybe, kWhole}, {"keywords", details, kWhole},
    {"postedon", details, kPart}, {"rating", details, kWhole}, {"ratings", details, kWhole}, {"vcard", details, kWhole},
    {"schlagworte", details, kPart}, {"etiquetas", details, kWhole}, {"readingtime", details, kPart},
    // The text itself.
    {"article", content, kPart}, {"articles", maybe, kWhole}, {"artikel", content, kPart}, {"articolo", content, kPart},
    {"articulo", content, kPart}, {"story", content, kPart}, {"post", content, kWhole}, {"posts", maybe, kWhole},
    {"blogpost", content, kPart}, {"entry", content, kWhole}, {"hentry", content, kWhole}, {"noticia", content, kWhole},
    {"nota", content, kWhole}, {"beitrag", content, kPart}, {"content", content, kPart}, {"contents", content, kWhole},
    {"contenido", content, kPart}, {"contenu", content, kPart}, {"inhalt", content, kPart}, {"contenuto", content, kPart},
    {"tresc", content, kPart}, {"markdown", content | body, kWhole}, {"prose", content | body, kWhole}, {"document", content, kWhole},
    {"documentation", content, kWhole}, {"page", body, kWhole}, {"body", body, kPart}, {"text", body, kPart},
    {"texte", body, kWhole}, {"texto", body, kWhole}, {"main", body, kPart}, {"fulltext", content | body, kPart},
    {"articlebody", content | body, kPart}, {"storybody", content | body, kPart}, {"copy", body, kWhole},
    {"longform", content, kPart}, {"wysiwyg", content | body, kPart}, {"richtext", content | body, kPart},
    // Not to be seen.
    {"sronly", unseen, kPart}, {"visuallyhidden", unseen, kPart}, {"screenreader", unseen, kPart}, {"offscreen", unseen, kPart},
    {"printonly", unseen, kPart}, {"hidden", unseen | maybe, kWhole},
    // Only now and then.
    {"header", maybe, kPart}, {"widget", maybe | chrome, kWhole}, {"widgets", maybe | chrome, kWhole}, {"aside", chrome, kWhole},
    {"box", maybe, kWhole}, {"infobox", maybe, kPart}, {"gallery", maybe, kPart}, {"caption", 0, kPart}, {"carousel", maybe, kPart},
    {"slider", maybe, kPart}, {"slideshow", maybe, kPart}, {"print", maybe, kWhole}, {"secondary", maybe, kWhole},
    {"toc", maybe, kWhole}, {"form", maybe, kWhole}, {"newsbox", maybe, kPart}, {"linklist", maybe, kPart}, {"links", maybe, kWhole},
    {"list", maybe, kWhole}, {"button", maybe, kPart}, {"buttons", maybe, kPart}, {"btn", maybe, kWhole}, {"contact", maybe, kWhole},
    {"kontakt", maybe, kWhole}, {"event", maybe, kWhole}, {"shop", maybe, kWhole}, {"poll", maybe, kWhole}, {"quiz", maybe, kWhole},
};

}  // namespace

std::span<const HintWord> hint_words() { return kWords; }

}  // namespace html
