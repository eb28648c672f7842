#include "image/elf.h"

#include <cstring>
#include <optional>

#include <elf.h>

namespace image {
namespace {

// A structure at an offset of the file; nullopt where the file is too short.
template <class T>
std::optional<T> at(std::string_view file, uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

std::string text_at(std::string_view file, uint64_t offset) {
  if (offset >= file.size()) return {};
  const std::string_view rest = file.substr(offset);
  return std::string(rest.substr(0, rest.find('\0')));
}

std::vector<Elf64_Phdr> segments_of(std::string_view file, const Elf64_Ehdr& header) {
  std::vector<Elf64_Phdr> segments;
  for (uint64_t i = 0; i < header.e_phnum; ++i)
    if (const auto segment = at<Elf64_Phdr>(file, header.e_phoff + i * sizeof(Elf64_Phdr)))
      segments.push_back(*segment);
  return segments;
}

// Where in the file an address of the loaded program is.
std::optional<uint64_t> offset_of(const std::vector<Elf64_Phdr>& segments, uint64_t address) {
  for (const Elf64_Phdr& segment : segments)
    if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
        address - segment.p_vaddr < segment.p_filesz)
      return segment.p_offset + (address - segment.p_vaddr);
  return std::nullopt;
}

std::vector<std::string> libraries_of(std::string_view file,
                                      const std::vector<Elf64_Phdr>& segments,
                                      const Elf64_Phdr& dynamic) {
  std::vector<uint64_t> names;
  uint64_t strings = 0;
  for (uint64_t i = 0; i < dynamic.p_filesz / sizeof(Elf64_Dyn); ++i) {
    const auto entry = at<Elf64_Dyn>(file, dynamic.p_offset + i * sizeof(Elf64_Dyn));
    if (!entry || entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_NEEDED) names.push_back(entry->d_un.d_val);
    if (entry->d_tag == DT_STRTAB) strings = entry->d_un.d_ptr;
  }
  std::vector<std::string> libraries;
  const auto table = offset_of(segments, strings);
  for (const uint64_t name : names)
    libraries.push_back(table && name < file.size() ? text_at(file, *table + name) : "");
  return libraries;
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && !name.contains('/') && name != "." && name != "..";
}

}  // namespace

std::string_view architecture_of(Machine machine) {
  return machine == Machine::x86_64 ? "amd64" : "arm64";
}

std::string_view triplet_of(Machine machine) {
  return machine == Machine::x86_64 ? "x86_64-linux-gnu" : "aarch64-linux-gnu";
}

base::Result<Elf> read_elf(std::string_view file) {
  const auto header = at<Elf64_Ehdr>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
    return std::unexpected("it is no ELF program");
  const bool is_known_form = header->e_ident[EI_CLASS] == ELFCLASS64 &&
                             header->e_ident[EI_DATA] == ELFDATA2LSB &&
                             header->e_phentsize == sizeof(Elf64_Phdr);
  const bool is_arm = header->e_machine == EM_AARCH64;
  if (!is_known_form || (!is_arm && header->e_machine != EM_X86_64))
    return std::unexpected("it is built for neither x86-64 nor arm64");
  Elf elf{.machine = is_arm ? Machine::aarch64 : Machine::x86_64, .loader = {}, .libraries = {}};
  const std::vector<Elf64_Phdr> segments = segments_of(file, *header);
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_INTERP) elf.loader = text_at(file, segment.p_offset);
    if (segment.p_type == PT_DYNAMIC) elf.libraries = libraries_of(file, segments, segment);
  }
  for (const std::string& library : elf.libraries)
    if (!is_plain_name(library)) return std::unexpected("its list of shared libraries is damaged");
  return elf;
}

}  // namespace image
