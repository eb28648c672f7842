#include "image/containerd.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/strings.h"
#include "sys/process.h"

namespace image {
namespace {

constexpr std::string_view pin = "io.cri-containerd.pinned";

Step step_of(std::string what, const Argv& ctr, const Argv& words) {
  Step step{.what = std::move(what), .command = ctr};
  step.command.emplace_back("images");
  step.command.insert(step.command.end(), words.begin(), words.end());
  return step;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : base::split(line, ' '))
    if (!word.empty()) words.push_back(word);
  return words;
}

// Runs to the end; what it printed.
std::string output_of(const Argv& command, const std::function<bool()>& interrupted) {
  std::string text;
  std::string last;
  const auto keep = [&](std::string_view line) {
    text.append(line).append("\n");
    last = line;
  };
  const sys::RunResult result = sys::run({.argv = command}, keep, interrupted);
  const std::string shown = fmt::format("{}", fmt::join(command, " "));
  if (result.was_interrupted)
    throw base::Error("interrupted: " + shown, {}, "run the same command again");
  if (result.ended.signal != 0 || result.ended.code != 0)
    throw base::Error("failed: " + shown, last.empty() ? sys::describe(result.ended) : last,
                      "run as root on the machine where k3s runs");
  return text;
}

}  // namespace

Listing parse_listing(std::string_view text) {
  Listing listing;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 3 || !words[2].starts_with("sha256:")) continue;
    listing[std::string(words[0])] = {.digest = std::string(words[2]),
                                      .is_pinned = line.contains(fmt::format("{}=pinned", pin))};
  }
  return listing;
}

std::vector<Step> plan_import(const Listing& listing, const Image& image, const Argv& ctr,
                              std::string_view archive) {
  const auto kept = [&](const std::string& name) {
    const auto found = listing.find(name);
    return found != listing.end() && found->second.digest == image.digest ? &found->second
                                                                          : nullptr;
  };
  std::vector<Step> steps;
  const std::string name = image.name();
  const std::string exact = image.exact_name();
  if (!kept(name))
    steps.push_back(step_of("import " + name, ctr, {"import", std::string(archive)}));
  if (!kept(exact)) steps.push_back(step_of("tag " + exact, ctr, {"tag", "--force", name, exact}));
  const std::string pinned = fmt::format("{}=pinned", pin);
  if (!kept(exact) || !kept(exact)->is_pinned)
    steps.push_back(step_of("keep " + exact, ctr, {"label", exact, pinned}));
  const std::string ours = fmt::format("{}:", image_name);
  for (const auto& [other, state] : listing)
    if (state.is_pinned && state.digest != image.digest && other.starts_with(ours))
      steps.push_back(
          step_of("keep no longer " + other, ctr, {"label", other, fmt::format("{}=", pin)}));
  return steps;
}

Argv k3s_ctr() {
  return {"k3s", "ctr", "--namespace", "k8s.io"};
}

Listing list_images(const Argv& ctr) {
  const Argv command = step_of({}, ctr, {"list"}).command;
  return parse_listing(output_of(command, [] { return false; }));
}

void apply(const std::vector<Step>& steps, const std::function<void(const Step&)>& before,
           const std::function<bool()>& interrupted) {
  for (const Step& step : steps) {
    before(step);
    output_of(step.command, interrupted);
  }
}

}  // namespace image
