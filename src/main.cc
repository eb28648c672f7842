// argv -> command -> exit code; the outermost door that catches.
#include <cstdio>
#include <exception>
#include <filesystem>

#include "base/error.h"
#include "cli/dispatch.h"

int main(int argc, char** argv) {
  try {
    return cli::dispatch(argc, argv);
  } catch (const base::Error& error) {
    std::fprintf(stderr, "%s\n", error.line().c_str());
    return static_cast<int>(error.code());
  } catch (const std::filesystem::filesystem_error& error) {
    const base::Error shown(
        "cannot use \"" + error.path1().string() + "\"", error.code().message(),
        "see who may write there; XDG_DATA_HOME, XDG_STATE_HOME, XDG_CACHE_HOME "
        "and XDG_RUNTIME_DIR name other folders");
    std::fprintf(stderr, "%s\n", shown.line().c_str());
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s — this should not happen — please report it\n", error.what());
    return 1;
  }
}
