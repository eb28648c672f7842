#include "image/elf.h"

#include <cstring>
#include <random>

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/program.h"
#include "sys/files.h"

namespace image {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::make_program;

TEST(Elf, SaysWhatThisTestLoads) {
  const auto elf = read_elf(*sys::read_file("/proc/self/exe"));
  ASSERT_TRUE(elf) << elf.error();
#ifdef __aarch64__
  EXPECT_EQ(elf->machine, Machine::aarch64);
  EXPECT_EQ(elf->loader, "/lib/ld-linux-aarch64.so.1");
#else
  EXPECT_EQ(elf->machine, Machine::x86_64);
  EXPECT_EQ(elf->loader, "/lib64/ld-linux-x86-64.so.2");
#endif
  EXPECT_THAT(elf->libraries, Contains("libc.so.6"));
}

TEST(Elf, SaysWhatAProgramForAnotherMachineLoads) {
  const auto elf =
      read_elf(make_program(EM_AARCH64, "/lib/ld-linux-aarch64.so.1", {"libb.so.2", "liba.so.1"}));
  ASSERT_TRUE(elf) << elf.error();
  EXPECT_EQ(elf->machine, Machine::aarch64);
  EXPECT_EQ(elf->loader, "/lib/ld-linux-aarch64.so.1");
  EXPECT_THAT(elf->libraries, ElementsAre("libb.so.2", "liba.so.1"));
}

TEST(Elf, ThatIsStaticLoadsNothing) {
  const auto elf = read_elf(make_program(EM_X86_64, "", {}));
  ASSERT_TRUE(elf) << elf.error();
  EXPECT_EQ(elf->loader, "");
  EXPECT_THAT(elf->libraries, IsEmpty());
}

TEST(Elf, IsRefusedForWhatItIsNot) {
  EXPECT_EQ(read_elf("").error(), "it is no ELF program");
  EXPECT_EQ(read_elf("#!/bin/sh\nexit 0\n").error(), "it is no ELF program");
  EXPECT_EQ(read_elf(make_program(EM_RISCV, "", {})).error(),
            "it is built for neither x86-64 nor arm64");
}

TEST(Elf, NamesNoLibraryThatWouldLeaveItsFolder) {
  EXPECT_FALSE(read_elf(make_program(EM_X86_64, "/lib64/l", {"../../etc/shadow"})));
  EXPECT_FALSE(read_elf(make_program(EM_X86_64, "/lib64/l", {".."})));
}

TEST(Elf, SurvivesEveryCut) {
  const std::string whole = make_program(EM_X86_64, "/lib64/l", {"liba.so.1", "libb.so.2"});
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);
    EXPECT_LE(read_elf(cut).value_or(Elf{}).libraries.size(), 2u);
  }
}

TEST(Elf, SurvivesDamage) {
  const std::string whole = make_program(EM_X86_64, "/lib64/l", {"liba.so.1", "libb.so.2"});
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 4; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
    const auto elf = read_elf(damaged);
    if (elf) EXPECT_LE(elf->loader.size(), whole.size());
  }
}

}  // namespace
}  // namespace image
