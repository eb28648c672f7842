// The pinned engine and default model of local mode: versions, hashes and flags, as
// share/local/catalog.json has them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stack {

struct Package {
  enum class Kind { source, wheel };

  std::string name;
  std::string version;
  Kind kind = Kind::wheel;
  std::string file;
  std::uintmax_t bytes = 0;
  std::string sha256;
};

struct EngineEntry {
  std::string name;
  std::string version;
  Package package;
  std::string folder;   // of the engine's source inside the package
  std::string target;   // what to build
  std::string program;  // where the build leaves it
  std::vector<std::string> cmake_flags;
  std::vector<std::string> flags;  // of the running engine, whatever the model
};

struct ModelEntry {
  std::string id;
  std::string title;
  Package package;
  std::string member;  // the weights inside the package
  std::string file;    // what they are called here
  std::string sha256;
  int context_length = 0;  // the window that the model was trained for
  int slots = 1;
  // How it runs fastest and answers best: so small a model loses its way at the temperature that
  // agents ask for, unless the likeliest token is taken.
  std::vector<std::string> flags;
};

struct Catalog {
  EngineEntry engine;
  ModelEntry model;
};

// Throws base::Error naming the field that is missing or wrong.
Catalog parse_catalog(std::string_view json);

// The one that is compiled in.
const Catalog& catalog();

// Flags that stretch the model's window; none while it is not exceeded.
std::vector<std::string> stretch_flags(const ModelEntry& model, int context_length);

}  // namespace stack
