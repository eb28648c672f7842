// argv -> command -> exit code; the outermost door that catches.
#include <cstdio>
#include <exception>

#include "base/error.h"
#include "cli/dispatch.h"

int main(int argc, char** argv) {
  try {
    return cli::dispatch(argc, argv);
  } catch (const base::Error& error) {
    std::fprintf(stderr, "%s\n", error.line().c_str());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s — this should not happen — please report it\n", error.what());
    return 1;
  }
}
