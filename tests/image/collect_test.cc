#include "image/collect.h"

#include <functional>

#include <elf.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "image/program.h"
#include "sys/files.h"
#include "sys/folder.h"

namespace image {
namespace {

using testing_support::Folder;
using testing_support::make_program;

constexpr const char* arm_loader = "/lib/ld-linux-aarch64.so.1";

base::Error error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return base::Error("");
}

// A program for arm64 whose libraries lie in a folder of their own.
struct Arm {
  Folder folder;
  std::string program = make_program(EM_AARCH64, arm_loader, {"liba.so.1", "libc.so.6"});
  std::string liba = make_program(EM_AARCH64, "", {"libdeep.so.3", "libc.so.6"});
  std::string libc = make_program(EM_AARCH64, "", {"ld-linux-aarch64.so.1"});
  std::string deep = make_program(EM_AARCH64, "", {"libc.so.6"});

  Arm() {
    sys::write_atomically(folder / "autosre-arm", program);
    sys::write_atomically(folder / "lib/liba.so.1", liba);
    sys::write_atomically(folder / "lib/libc.so.6", libc);
    sys::write_atomically(folder / "lib/libdeep.so.3", deep);
    sys::write_atomically(folder / "lib/ld-linux-aarch64.so.1",
                          make_program(EM_AARCH64, "", {"libnone"}));
  }

  Contents contents() const {
    return {.programs = {folder / "autosre-arm"}, .tools = {}, .library_folders = {folder / "lib"}};
  }
};

TEST(Collect, TakesTheRunningProgramWithWhatItLoads) {
  const auto platforms = collect({});
  ASSERT_EQ(platforms.size(), 1u);
  const Tree& tree = platforms[0].tree;
  EXPECT_EQ(tree.at("usr/bin/autosre").content, *sys::read_file("/proc/self/exe"));
  EXPECT_EQ(tree.at("usr/bin/autosre").mode, 0755);
  const Elf elf = *read_elf(tree.at("usr/bin/autosre").content);
  EXPECT_TRUE(tree.contains(elf.loader.substr(1))) << elf.loader;
  for (const std::string& library : elf.libraries) {
    bool is_there = false;
    for (const auto& [path, entry] : tree) is_there |= path.ends_with("/" + library);
    EXPECT_TRUE(is_there) << library;
  }
}

TEST(Collect, FindsLibrariesOfLibrariesInTheFolderThatIsNamed) {
  const Arm arm;
  const auto platforms = collect(arm.contents());
  ASSERT_EQ(platforms.size(), 1u);
  EXPECT_EQ(platforms[0].machine, Machine::aarch64);
  const Tree& tree = platforms[0].tree;
  EXPECT_EQ(tree.at("usr/bin/autosre").content, arm.program);
  // Where that machine's loader looks, not where they lay here.
  EXPECT_EQ(tree.at("lib/aarch64-linux-gnu/liba.so.1").content, arm.liba);
  EXPECT_EQ(tree.at("lib/aarch64-linux-gnu/libdeep.so.3").content, arm.deep);
  EXPECT_EQ(tree.at("lib/aarch64-linux-gnu/libc.so.6").content, arm.libc);
  EXPECT_TRUE(tree.contains("lib/ld-linux-aarch64.so.1"));
  EXPECT_FALSE(tree.contains("lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"));
}

TEST(Collect, AddsAToolToTheImagesOfItsMachine) {
  const Arm arm;
  Contents contents = arm.contents();
  contents.programs.emplace_back("/proc/self/exe");
  sys::write_atomically(arm.folder / "pdftotext", arm.liba);
  contents.tools = {arm.folder / "pdftotext"};
#ifdef __aarch64__
  contents.programs = {arm.folder / "autosre-arm"};
#endif
  for (const Platform& platform : collect(contents))
    EXPECT_EQ(platform.tree.contains("usr/bin/pdftotext"), platform.machine == Machine::aarch64);
}

TEST(Collect, NamesALibraryThatIsNowhere) {
  const Arm arm;
  std::filesystem::remove(arm.folder / "lib/libdeep.so.3");
  const base::Error error = error_of([&] { collect(arm.contents()); });
  EXPECT_TRUE(error.line().contains("libdeep.so.3")) << error.line();
  EXPECT_TRUE(error.line().contains("--libraries")) << error.line();
  EXPECT_TRUE(error.line().contains((arm.folder / "lib").string())) << error.line();
}

TEST(Collect, TakesNoLibraryOfAnotherMachine) {
  const Arm arm;
  sys::write_atomically(arm.folder / "lib/liba.so.1", make_program(EM_X86_64, "", {}));
  EXPECT_TRUE(error_of([&] { collect(arm.contents()); }).line().contains("liba.so.1"));
}

TEST(Collect, RefusesWhatIsNoProgramAsWrongUsage) {
  const Folder folder;
  sys::write_atomically(folder / "script", "#!/bin/sh\n");
  for (const std::filesystem::path& path :
       {folder / "script", folder / "absent", std::filesystem::path("/")}) {
    const base::Error error = error_of([&] { collect({.programs = {path}}); });
    EXPECT_EQ(error.code(), base::Exit::usage) << path;
    EXPECT_TRUE(error.line().contains(path.string())) << error.line();
  }
}

TEST(Collect, RefusesTwoProgramsForOneMachineAndAToolForNone) {
  const Arm arm;
  Contents twice = arm.contents();
  twice.programs.push_back(twice.programs.front());
  EXPECT_EQ(error_of([&] { collect(twice); }).code(), base::Exit::usage);

  Contents foreign = arm.contents();
  sys::write_atomically(arm.folder / "tool", make_program(EM_X86_64, "", {}));
  foreign.tools = {arm.folder / "tool"};
  EXPECT_EQ(error_of([&] { collect(foreign); }).code(), base::Exit::usage);
}

}  // namespace
}  // namespace image
