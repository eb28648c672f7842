// Packages come through the package client, so that its mirrors, proxies and certificates apply. A
// source package's own build code is never run: plan_download.
#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "local_texts.h"
#include "stack/prepare.h"
#include "sys/digest.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/process.h"

namespace stack {
namespace {

namespace fs = std::filesystem;

bool is_intact(const fs::path& file, const Package& package) {
  std::error_code error;
  if (fs::file_size(file, error) != package.bytes || error) return false;
  return sys::sha256_of_file(file) == package.sha256;
}

// Bytes of the largest file below the folder: the download as far as it has come.
std::uintmax_t largest_file(const fs::path& folder) {
  std::uintmax_t largest = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code vanished;
    const std::uintmax_t size = it->is_regular_file(vanished) ? it->file_size(vanished) : 0;
    if (!vanished) largest = std::max(largest, size);
  }
  return largest;
}

void write_client_files(const Download& download, const fs::path& folder) {
  sys::write_atomically(folder / "requirements.txt", download.requirements);
  sys::write_atomically(folder / "backend/setuptools/__init__.py", "");
  sys::write_atomically(folder / "backend/setuptools/build_meta.py", local::inert_backend);
  fs::create_directories(folder / "temporary");
}

void run_client(const Package& package, const fs::path& folder, const Observer& observer) {
  const Download download = plan_download(package, folder);
  write_client_files(download, folder);
  const std::string text = fmt::format("downloading {} {} ({} MB)", package.name, package.version,
                                       package.bytes / 1'000'000);
  std::string last_line;
  std::uintmax_t most = 0;  // the client moves the file away in the end
  const auto watch = [&] {
    most = std::clamp(largest_file(folder / "temporary"), most, std::max(most, package.bytes));
    observer.progress(text, static_cast<double>(most) / static_cast<double>(package.bytes));
    return observer.interrupted();
  };
  const auto result = sys::run(
      {.argv = download.argv, .extra_environment = download.environment},
      [&](std::string_view line) { last_line = line; }, watch);
  if (result.was_interrupted) throw Interrupted{};
  if (result.ended.signal == 0 && result.ended.code == 0) return;
  throw base::Error(fmt::format("cannot download {} {}", package.name, package.version), last_line,
                    "check the network and `python3 -m pip --version`, or name your own files with "
                    "--engine and --model");
}

}  // namespace

Download plan_download(const Package& package, const fs::path& folder) {
  Download download;
  download.requirements =
      fmt::format("{}=={} --hash=sha256:{}\n", package.name, package.version, package.sha256);
  download.argv = {"python3",
                   "-m",
                   "pip",
                   "download",
                   "--no-input",
                   "--no-cache-dir",
                   "--disable-pip-version-check",
                   "--progress-bar",
                   "off",
                   "--no-deps",
                   "--require-hashes",
                   "--requirement",
                   (folder / "requirements.txt").string(),
                   "--dest",
                   (folder / "done").string()};
  download.environment = {{"TMPDIR", (folder / "temporary").string()},
                          {"PIP_REQUIRE_VIRTUALENV", "0"}};
  if (package.kind == Package::Kind::wheel) {
    download.argv.insert(download.argv.end(), {"--only-binary", ":all:"});
    return download;
  }
  // The client wants a source package's metadata, for which it would run the package's build
  // backend: ours is found first and runs nothing of the package.
  download.argv.insert(download.argv.end(),
                       {"--no-binary", ":all:", "--no-build-isolation", "--use-pep517"});
  download.environment.insert({{"PYTHONPATH", (folder / "backend").string()},
                               {"AUTOSRE_PACKAGE_NAME", package.name},
                               {"AUTOSRE_PACKAGE_VERSION", package.version}});
  return download;
}

fs::path ensure_package(const Package& package, const config::Paths& paths,
                        const Observer& observer) {
  const fs::path kept = paths.cache / "packages" / package.file;
  if (is_intact(kept, package)) return kept;
  if (!sys::find_program("python3", sys::environment()))
    throw base::Error("cannot download " + package.name, "python3 is not installed",
                      "install python3 and python3-pip");
  const fs::path folder = paths.cache / "packages" / (package.file + ".download");
  fs::remove_all(folder);
  run_client(package, folder, observer);
  const fs::path fetched = folder / "done" / package.file;
  if (!is_intact(fetched, package))
    throw base::Error("the download of " + package.name + " is not what was expected",
                      "its SHA-256 differs from " + package.sha256, "try again");
  fs::rename(fetched, kept);
  fs::remove_all(folder);
  return kept;
}

}  // namespace stack
