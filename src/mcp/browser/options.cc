#include "mcp/browser/options.h"

#include "base/error.h"
#include "base/strings.h"

namespace mcp::browser {
namespace {

std::string value_of(const config::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : std::string(base::trim(found->second));
}

std::chrono::milliseconds duration_of(const config::Environment& environment,
                                      const std::string& name, std::chrono::milliseconds standard) {
  const std::string text = value_of(environment, name);
  if (text.empty()) return standard;
  const auto duration = parse_duration(text);
  if (!duration)
    throw base::Error(name + " is \"" + text + "\"", duration.error(),
                      "use for example 24h or 600s", base::Exit::usage);
  return *duration;
}

}  // namespace

base::Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  text = base::trim(text);
  long long unit = 1000;
  if (text.ends_with('h')) unit = 3600'000;
  if (text.ends_with('m')) unit = 60'000;
  if (text.ends_with('h') || text.ends_with('m') || text.ends_with('s')) text.remove_suffix(1);
  const auto number = base::parse_number(text);
  if (!number || *number < 1 || *number > 1'000'000'000)
    return std::unexpected("that is no time of at least a second");
  return std::chrono::milliseconds(*number * unit);
}

Options options_from(const config::Environment& environment) {
  Options options;
  options.token = value_of(environment, "AUTOSRE_BROWSER_TOKEN");
  options.allowed = value_of(environment, "AUTOSRE_FETCH_ALLOW");
  options.idle = duration_of(environment, "AUTOSRE_BROWSER_IDLE", options.idle);
  options.recordings_kept =
      duration_of(environment, "AUTOSRE_BROWSER_RECORDING_TTL", options.recordings_kept);
  if (const std::string url = value_of(environment, "AUTOSRE_BROWSER_URL"); !url.empty()) {
    auto remote = cdp::parse_remote_address(url, options.token);
    if (!remote)
      throw base::Error("--cdp-url or AUTOSRE_BROWSER_URL is \"" + url + "\"", remote.error(),
                        "use for example http://127.0.0.1:9222", base::Exit::usage);
    options.remote = std::move(*remote);
  }
  options.search = value_of(environment, "AUTOSRE_SEARCH_DUCKDUCKGO_URL");
  if (options.search.empty()) options.search = "https://html.duckduckgo.com/html/";
  const config::Paths paths = config::resolve_paths(environment);
  options.profiles = paths.cache / "browser";
  options.output = paths.data / "browser";
  options.downloads = value_of(environment, "AUTOSRE_BROWSER_DOWNLOADS");
  options.uploads = value_of(environment, "AUTOSRE_BROWSER_UPLOADS");
  options.recordings = value_of(environment, "AUTOSRE_BROWSER_RECORDINGS");
  std::error_code error;
  if (options.recordings.empty())
    options.recordings = std::filesystem::is_directory("/recordings", error)
                             ? std::filesystem::path("/recordings")
                             : paths.data / "recordings";
  return options;
}

}  // namespace mcp::browser
