#include "k3s/chart_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "chart_files.h"
#include "sys/files.h"

namespace k3s {

namespace fs = std::filesystem;

ChartFolder::ChartFolder(const config::Paths& paths, const nlohmann::ordered_json& values) {
  std::error_code error;
  fs::create_directories(paths.cache, error);
  std::string pattern = (paths.cache / "chart-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw base::Error("cannot make a folder in \"" + paths.cache.string() + "\"", strerror(errno));
  folder_ = pattern;
  for (const chart::File& file : chart::files)
    sys::write_atomically(this->chart() / file.path, file.text);
  sys::write_atomically(this->values(), values.dump(2) + "\n", 0600);
}

ChartFolder::~ChartFolder() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace k3s
