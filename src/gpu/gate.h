// Whether the engine may start: is the GPU free, and is there memory for it? Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "gpu/snapshot.h"

namespace gpu {

// How our own engine is recognised among those who compute.
struct Own {
  std::set<std::string> pods;  // uids, of the engine's pods
  std::set<int> pids;          // of local mode's engine
};
bool is_ours(const Process& process, const Own& own);

// Who holds the GPU that is not us, as an error (Exit::held) with name and remedy; nullopt: nobody.
std::optional<base::Error> refuse_if_held(const Snapshot& seen, const Own& own);

struct Budget {
  enum class Verdict {
    enough,
    tight,      // it fits, but leaves the host less than host_reserve
    too_small,  // it does not fit what is available now
    never,      // it would not fit if nothing else ran
    unknown,    // no GPU is seen here, or it does not tell
  };

  Verdict verdict = Verdict::unknown;
  bool is_unified = false;
  std::uint64_t wanted = 0;     // bytes on each GPU
  std::uint64_t available = 0;  // now, with what our own engine would give back
  std::uint64_t total = 0;

  // "wants 83.7 GiB (70% of 119.6 GiB), and 101.2 GiB are available".
  std::string text() const;
};

// What a host with unified memory needs for itself: the system, k3s, the proxies, a browser.
constexpr std::uint64_t host_reserve = 6ull << 30;

// Against the least of the first `gpus` GPUs. An engine of ours that already runs is about to be
// replaced, so its memory counts as available.
Budget plan_memory(const Snapshot& seen, const Own& own, double utilisation, int gpus);

// The budget as an error (Exit::held when others have the memory); nullopt when it may start.
std::optional<base::Error> refuse_if_short(const Budget& budget, std::string_view recipe);

// "31.2 GiB".
std::string render_gib(std::uint64_t bytes);

}  // namespace gpu
