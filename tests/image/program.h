// Makes small ELF files that name a loader and libraries, as a linker would; they cannot run.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <elf.h>

namespace testing_support {

template <class T>
std::string bytes_of(const T& value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// The whole file is one segment, loaded at `base`.
inline std::string make_program(Elf64_Half machine, std::string_view loader,
                                const std::vector<std::string>& libraries) {
  constexpr Elf64_Addr base = 0x400000;
  const bool is_static = loader.empty() && libraries.empty();
  const size_t segments = is_static ? 1 : 3;
  const size_t loader_at = sizeof(Elf64_Ehdr) + segments * sizeof(Elf64_Phdr);
  const size_t names_at = loader_at + loader.size() + 1;
  std::string names(1, '\0');
  std::string dynamic;
  for (const std::string& library : libraries) {
    dynamic += bytes_of(Elf64_Dyn{.d_tag = DT_NEEDED, .d_un = {.d_val = names.size()}});
    names += library + '\0';
  }
  dynamic += bytes_of(Elf64_Dyn{.d_tag = DT_STRTAB, .d_un = {.d_ptr = base + names_at}});
  dynamic += bytes_of(Elf64_Dyn{.d_tag = DT_NULL, .d_un = {.d_val = 0}});
  const size_t dynamic_at = names_at + names.size();

  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_DYN;
  header.e_machine = machine;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(segments);
  const auto segment = [](Elf64_Word type, size_t at, size_t size) {
    Elf64_Phdr result{};
    result.p_type = type;
    result.p_offset = at;
    result.p_vaddr = base + at;
    result.p_filesz = size;
    return bytes_of(result);
  };
  std::string file = bytes_of(header);
  file += segment(PT_LOAD, 0, dynamic_at + dynamic.size());
  if (is_static) return file + "code";
  file += segment(PT_INTERP, loader_at, loader.size() + 1);
  file += segment(PT_DYNAMIC, dynamic_at, dynamic.size());
  return file + std::string(loader) + '\0' + names + dynamic;
}

}  // namespace testing_support
