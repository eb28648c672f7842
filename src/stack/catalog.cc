#include "stack/catalog.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "local_texts.h"

namespace stack {
namespace {

using nlohmann::json;

Package package_from(const json& value) {
  const std::string kind = value.at("kind");
  if (kind != "source" && kind != "wheel")
    throw base::Error("the catalog of local mode is wrong", "no package kind \"" + kind + "\"");
  return {.name = value.at("name"),
          .version = value.at("version"),
          .kind = kind == "source" ? Package::Kind::source : Package::Kind::wheel,
          .file = value.at("file"),
          .bytes = value.at("bytes"),
          .sha256 = value.at("sha256")};
}

EngineEntry engine_from(const json& value) {
  return {.name = value.at("name"),
          .version = value.at("version"),
          .package = package_from(value.at("package")),
          .folder = value.at("folder"),
          .target = value.at("target"),
          .program = value.at("program"),
          .cmake_flags = value.at("cmake_flags"),
          .flags = value.at("flags")};
}

ModelEntry model_from(const json& value) {
  return {.id = value.at("id"),
          .title = value.at("title"),
          .package = package_from(value.at("package")),
          .member = value.at("member"),
          .file = value.at("file"),
          .sha256 = value.at("sha256"),
          .context_length = value.at("context_length"),
          .slots = value.at("slots"),
          .flags = value.at("flags")};
}

}  // namespace

Catalog parse_catalog(std::string_view text) {
  try {
    const json value = json::parse(text);
    return {.engine = engine_from(value.at("engine")), .model = model_from(value.at("model"))};
  } catch (const json::exception& error) {
    throw base::Error("the catalog of local mode is wrong", error.what());
  }
}

const Catalog& catalog() {
  static const Catalog compiled_in = parse_catalog(local::catalog);
  return compiled_in;
}

std::vector<std::string> stretch_flags(const ModelEntry& model, int context_length) {
  if (context_length <= model.context_length) return {};
  const int factor = (context_length + model.context_length - 1) / model.context_length;
  return {"--rope-scaling",  "yarn",
          "--rope-scale",    std::to_string(factor),
          "--yarn-orig-ctx", std::to_string(model.context_length)};
}

}  // namespace stack
