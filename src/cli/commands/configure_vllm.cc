// `autosre configure vllm`: the nodes, reached before they are written down.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/args.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "config/vllm.h"
#include "ssh/reach.h"
#include "sys/environment.h"
#include "sys/files.h"
#include "sys/process.h"

namespace cli {
namespace {

namespace fs = std::filesystem;

base::Error wrong_option(const char* option, const std::string& value, const std::string& fault) {
  return base::Error(fmt::format("\"{}\" is no value for {}", value, option), "it " + fault, {},
                     base::Exit::usage);
}

class ConfigureVllm final : public Command {
 public:
  void declare(Args& args) override {
    args.option("--node", "IP", addresses_, "a node's address; several times, the head first");
    args.option("--ssh-user", "NAME", user_, "who logs in over SSH");
    args.option("--ssh-key", "FILE", key_, "the private key; left out: the SSH client's choice");
    args.option("--ssh-config", "FILE", ssh_config_,
                "the SSH client's configuration instead of ~/.ssh/config", "AUTOSRE_SSH_CONFIG");
    args.option("--docker-image", "IMAGE", image_, "vLLM's image");
    args.option("--hf-cache", "FOLDER", hf_cache_, "where the nodes keep the weights");
  }

  int run() override {
    check();
    const fs::path file = config::vllm_file(config::resolve_paths(sys::environment()));
    const config::VllmConfig wanted = plan(file);
    reach_all(wanted);
    sys::write_atomically(file, config::to_yaml(wanted));
    Output().line(file.string());
    return 0;
  }

 private:
  void check() {
    if (addresses_.empty())
      throw base::Error("no node is named", "--node is missing",
                        "run `autosre configure vllm --node <ip>`", base::Exit::usage);
    for (size_t i = 0; i < addresses_.size(); ++i) {
      if (const auto fault = config::fault_of_address(addresses_[i]))
        throw wrong_option("--node", addresses_[i], *fault);
      if (std::find(addresses_.begin(), addresses_.begin() + static_cast<ptrdiff_t>(i),
                    addresses_[i]) != addresses_.begin() + static_cast<ptrdiff_t>(i))
        throw wrong_option("--node", addresses_[i], "stands there twice");
    }
    if (const auto fault = config::fault_of_user(user_))
      throw wrong_option("--ssh-user", user_, *fault);
    if (const auto fault = config::fault_of_folder(hf_cache_); fault && !hf_cache_.empty())
      throw wrong_option("--hf-cache", hf_cache_, *fault);
    if (!key_.empty() && !fs::is_regular_file(key_))
      throw wrong_option("--ssh-key", key_, "is no file");
    if (!sys::find_program("ssh", sys::environment()))
      throw base::Error("cannot reach the nodes", "ssh is not on PATH", "install openssh-client");
  }

  // What the options do not name stays as the file has it.
  config::VllmConfig plan(const fs::path& file) const {
    config::VllmConfig wanted;
    if (const auto before = sys::read_file(file)) wanted = config::require_vllm(before, file);
    wanted.nodes.clear();
    for (const std::string& address : addresses_)
      wanted.nodes.push_back(
          {.hostname = fmt::format("gb10-{}", wanted.nodes.size() + 1),
           .ip = address,
           .ssh_user = user_,
           .ssh_key = key_.empty() ? std::string() : fs::absolute(key_).string(),
           .role = wanted.nodes.empty() ? config::NodeRole::head : config::NodeRole::worker});
    if (!image_.empty()) wanted.docker_image = image_;
    if (!hf_cache_.empty()) wanted.hf_cache_dir = hf_cache_;
    return wanted;
  }

  void reach_all(const config::VllmConfig& wanted) const {
    Progress progress;
    for (const config::GB10Node& node : wanted.nodes) {
      progress.update(fmt::format("reaching {} ({})", node.hostname, node.ip));
      const auto reached = ssh::reach(
          {.user = node.ssh_user, .host = node.ip, .key = node.ssh_key, .config = ssh_config_});
      if (reached) continue;
      progress.done({});
      throw base::Error(fmt::format("{} ({}) cannot be reached over SSH; nothing was saved",
                                    node.hostname, node.ip),
                        reached.error(),
                        fmt::format("try `ssh {}@{}`, and name user and key with --ssh-user and "
                                    "--ssh-key",
                                    node.ssh_user, node.ip));
    }
    progress.done(fmt::format("{} reached", wanted.nodes.size() == 1
                                                ? std::string("1 node")
                                                : fmt::format("{} nodes", wanted.nodes.size())));
  }

  std::vector<std::string> addresses_;
  std::string user_ = "root";
  std::string key_;
  std::string ssh_config_;
  std::string image_;
  std::string hf_cache_;
};

}  // namespace

std::unique_ptr<Command> make_configure_vllm() {
  return std::make_unique<ConfigureVllm>();
}

}  // namespace cli
