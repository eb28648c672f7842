#include "k3s/up.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/random.h>

#include "base/error.h"
#include "k3s/live.h"
#include "k3s/yaml.h"
#include "recipe/chart_values.h"
#include "sys/files.h"

namespace k3s {
namespace {

namespace fs = std::filesystem;

Json read_values(const fs::path& file) {
  const auto text = sys::read_file(file);
  if (!text)
    throw base::Error("cannot read " + file.string(), "there is no such file", {},
                      base::Exit::usage);
  const auto documents = parse_yaml(*text);
  const bool is_mapping = documents && documents->size() == 1 && documents->front().is_object();
  if (documents && documents->empty()) return Json::object();
  if (!is_mapping)
    throw base::Error(file.string() + " is no file of values",
                      documents ? "it should be one mapping" : documents.error(), {},
                      base::Exit::usage);
  return documents->front();
}

// The image that the chart gives to the program's own pods; empty when it has none.
std::string program_image(const std::vector<Json>& objects, const Json& values) {
  const std::string name = values.contains("image") ? text_at(values, "/image/name") : "autosre";
  for (const Json& object : of_kind(objects, "Deployment"))
    if (const std::string image = text_at(object, "/spec/template/spec/containers/0/image");
        image.starts_with(name + ":"))
      return image;
  return {};
}

}  // namespace

Json values_of(const Request& request) {
  Json values = recipe::chart_values(request.recipe, request.site);
  for (const Json& layer : request.choices) merge_values(values, layer);
  return values;
}

std::vector<Json> read_choices(const config::Paths& paths, const std::vector<std::string>& files) {
  std::vector<Json> choices;
  if (const fs::path own = paths.config / "k3s.yaml"; fs::exists(own))
    choices.push_back(read_values(own));
  for (const std::string& file : files) choices.push_back(read_values(file));
  return choices;
}

Prepared prepare(const Request& request, const ChartFiles& files, Runner& runner) {
  Prepared prepared;
  prepared.live = read_live(runner, request.target);
  const Json values = values_of(request);
  Desired& desired = prepared.desired;
  desired.target = request.target;
  desired.recipe = request.recipe.model_key;
  desired.objects =
      render(request.target, files, prepared.live.version, prepared.live.has_monitoring, runner);
  desired.image = program_image(desired.objects, values);
  desired.hf_token = request.site.hf_token;
  desired.browser_token = random_token();
  prepared.plan = plan_up(desired, prepared.live);
  return prepared;
}

std::string random_token() {
  unsigned char bytes[16];
  if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
    throw base::Error("cannot make a token", strerror(errno));
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace k3s
