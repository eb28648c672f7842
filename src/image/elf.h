// What an ELF file asks of the system that starts it: the machine, the loader, shared libraries.
// Pure; takes any bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace image {

enum class Machine { x86_64, aarch64 };

std::string_view architecture_of(Machine machine);  // as image formats name it: "amd64"
std::string_view triplet_of(Machine machine);       // of its library folders: "x86_64-linux-gnu"

struct Elf {
  Machine machine = Machine::x86_64;
  std::string loader;                  // "/lib64/ld-linux-x86-64.so.2"; empty: none
  std::vector<std::string> libraries;  // "libc.so.6", in the file's order
};

base::Result<Elf> read_elf(std::string_view file);

}  // namespace image
