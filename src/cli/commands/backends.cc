// `autosre backends`: what can serve the model, and what it still needs.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "backend/backend.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "sys/environment.h"

namespace cli {
namespace {

using json = nlohmann::ordered_json;

json text_or_null(const std::string& text) {
  return text.empty() ? json() : json(text);
}

json to_json(const backend::Backend& backend, const backend::Status& status,
             const std::vector<backend::Need>& needs) {
  json rows = json::array();
  for (const backend::Need& need : needs)
    rows.push_back({{"code", need.code},
                    {"subject", need.subject},
                    {"met", need.is_met},
                    {"evidence", need.evidence},
                    {"remedy", text_or_null(need.remedy)}});
  json one = {{"name", backend.name()},
              {"default", backend.name() == backend::detect_platform()},
              {"health", name_of(status.health)},
              {"api_url", backend.api_url()},
              {"proxy_url", backend.proxy_url(backend::Client::claude)},
              {"codex_proxy_url", backend.proxy_url(backend::Client::codex)},
              {"model", text_or_null(status.served.model)},
              {"label", text_or_null(status.label)},
              {"needs", std::move(rows)}};
  return json::array({std::move(one)});
}

void print(const backend::Backend& backend, const backend::Status& status,
           const std::vector<backend::Need>& needs, Output& output) {
  const bool is_ok = status.health == stack::Health::ok;
  Table facts{.titles = {}, .rows = {}};
  const auto add = [&](const char* name, const std::string& text, Tone tone = Tone::plain) {
    if (!text.empty()) facts.rows.push_back({Cell(std::string(name), Tone::faint), {text, tone}});
  };
  add("backend", std::string(backend.name()) + " (the default)");
  add("health", std::string(name_of(status.health)), is_ok ? Tone::good : Tone::warning);
  add("api", backend.api_url());
  add("model", status.served.model);
  add("label", status.label.empty() ? status.label_fault : status.label);
  output.table(facts);
  output.line({});
  Table table{.titles = {"needs", "", "found", "remedy"}, .rows = {}};
  for (const backend::Need& need : needs)
    table.rows.push_back({need.subject,
                          {need.is_met ? "ok" : "missing", need.is_met ? Tone::good : Tone::bad},
                          need.evidence,
                          need.remedy});
  output.table(table);
}

class Backends final : public Command {
 public:
  void declare(Args& args) override {
    args.positional("BACKEND", type_, "which one; left out: that of this machine", false);
    args.flag("--json", is_json_, "print it as JSON");
  }

  int run() override {
    const auto backend = backend::get_backend(type_, sys::environment());
    const backend::Status status = backend->status();
    const std::vector<backend::Need> needs = backend->setup();
    Output output;
    if (is_json_)
      output.json(to_json(*backend, status, needs));
    else
      print(*backend, status, needs, output);
    return 0;
  }

 private:
  std::string type_;
  bool is_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_backends() {
  return std::make_unique<Backends>();
}

}  // namespace cli
