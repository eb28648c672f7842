// Pages to Markdown, one after the other: {"path", "url"} a line on stdin, {"text", "seconds"} a
// line out.
// --whole: all that is visible; --links: with addresses; --no-images; --repeat N: the fastest of N
// times.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

#include "html/page.h"

int main(int argc, char** argv) {
  html::Options options{.links = false};
  int repeats = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--whole") options.main_content = false;
    if (argument == "--links") options.links = true;
    if (argument == "--no-images") options.images = false;
    if (argument == "--repeat" && i + 1 < argc) repeats = std::stoi(argv[++i]);
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto task = nlohmann::json::parse(line);
    std::ifstream file(task["path"].get<std::string>(), std::ios::binary);
    const std::string page((std::istreambuf_iterator<char>(file)), {});
    const auto url = task["url"].get<std::string>();
    options.url = url;
    double best = 1e9;
    html::Page result;
    for (int i = 0; i < repeats; ++i) {
      const auto start = std::chrono::steady_clock::now();
      result = html::to_markdown(page, options);
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      best = std::min(best, taken.count());
    }
    std::cout << nlohmann::json{{"text", result.markdown},
                                {"seconds", best},
                                {"error", nullptr},
                                {"title", result.title},
                                {"main", result.main_content},
                                {"needs_browser", result.needs_browser}}
                     .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
              << '\n';
  }
}
