#!/usr/bin/env bash
# Runs the named suites one after the other and ends with one line, `N passed, N failed`.
# Suites: unit e2e chart hook web mcp lint engine vllm k8s fingerprint browser image tsan fuzz bench bench-web
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=0
failed=0
skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

add() { passed=$((passed + ${1:-0})); failed=$((failed + ${2:-0})); skipped=$((skipped + ${3:-0})); }
number_before() { grep -oE "[0-9]+ $1" "$log" | tail -n 1 | cut -d' ' -f1; }

# A step without a test runner counts as one test.
step() {
  local name=$1
  shift
  echo "== $name" >&2
  if "$@"; then add 1 0; else echo "FAILED: $name" >&2; add 0 1; return 1; fi
}

run_ctest() {
  echo "== $1" >&2
  ctest --test-dir "$2" --output-on-failure -j2 "${@:3}" | tee "$log" | grep -vE '^ *[0-9]+/[0-9]+ .* Passed|^ *Start '
  local total bad
  total=$(grep -oE 'out of [0-9]+' "$log" | tail -n 1 | grep -oE '[0-9]+')
  bad=$(grep -oE '[0-9]+ tests failed' "$log" | tail -n 1 | cut -d' ' -f1)
  if [ -z "$total" ]; then add 0 1; else add $((total - ${bad:-0})) "${bad:-0}"; fi
}

run_pytest() {
  echo "== $1" >&2
  "${@:2}" | tee "$log"
  local status=${PIPESTATUS[0]}
  add "$(number_before passed)" "$(($(number_before failed || echo 0) + $(number_before error || echo 0)))" "$(number_before skipped)"
  if [ "$status" -ne 0 ] && ! grep -qE '[0-9]+ (failed|error)' "$log"; then add 0 1; fi
}

build() { cmake --preset "$1" > /dev/null && cmake --build --preset "$1" "${@:2}" -- --quiet; }

bench_mcp() { tests/mcp/install_clients.sh > /dev/null && bench/mcp.py --runs 3; }

# The engine that the demo has built, so that the tests need not build it again.
built_engine() { ls "${XDG_DATA_HOME:-$HOME/.local/share}"/autosre/engine/*/llama-server | tail -n 1; }

suite() {
  case $1 in
    unit)
      tools/deps.sh build run test || return 1
      AUTOSRE_TEST_CLAUDE=$(tests/e2e/install_clients.sh)/bin || return 1
      export AUTOSRE_TEST_CLAUDE
      step "build (dev: ASan, UBSan)" build dev && run_ctest "unit tests (ASan, UBSan)" build-dev ;;
    e2e)
      tools/deps.sh build run test browser || return 1
      step "build (release)" build release && run_pytest "end-to-end tests" tests/e2e/run.sh -m 'not engine' ;;
    chart)
      tools/deps.sh build run test || return 1
      step "build (release)" build release && run_pytest "chart" tests/chart/run.sh ;;
    web)
      tools/deps.sh build run test web || return 1
      step "build (release)" build release && run_pytest "fetching and searching" tests/web/run.sh -m 'not chromium' ;;
    mcp)
      tools/deps.sh build run test || return 1
      step "build (release)" build release && step "build (dev)" build dev --target mcp_fixture &&
        run_pytest "MCP servers" tests/mcp/run.sh ;;
    fingerprint)
      tools/deps.sh build run test browser || return 1
      step "build (release)" build release && run_pytest "beside Chromium" tests/web/run.sh -m chromium ;;
    k8s)
      tools/deps.sh build run test || return 1
      step "build (release)" build release && run_pytest "real control plane" tests/k8s/run.sh ;;
    image)
      tools/deps.sh build run test container || return 1
      step "build (release)" build release && run_pytest "image" tests/container/run.sh ;;
    hook)
      tools/deps.sh run || return 1
      run_pytest "preemption hook" tests/vllm/run.sh -q ;;
    browser)
      tools/deps.sh build run test browser || return 1
      step "build (release)" build release && run_pytest "browser server, real Chromium" tests/browser/run.sh ;;
    lint)
      tools/deps.sh build test lint && step "lint" tools/lint.sh ;;
    engine)
      tools/deps.sh build run test || return 1
      step "build (release)" build release && step "make demo" tools/demo.sh --stop &&
        run_pytest "real engine" env AUTOSRE_ENGINE_TESTS=1 AUTOSRE_ENGINE="$(built_engine)" \
          tests/e2e/run.sh -m engine ;;
    vllm)
      tools/deps.sh build run test vllm || return 1
      step "build (release)" build release && run_pytest "real vLLM" tests/vllm/real/run.sh &&
        run_pytest "a newer vLLM's scheduler" tests/vllm/real/run.sh --newer ;;
    tsan)
      tools/deps.sh build run test || return 1
      step "build (TSan)" build tsan --target net_test gateway_test &&
        run_ctest "unit tests (TSan)" build-tsan -R "Gateway|Log|Admission|Upstream|ClientConnection|Readiness|Socket|Serve|PdfText|Exchange" -E NOT_BUILT ;;
    fuzz)
      tools/deps.sh build test || return 1
      { echo "== fuzz" >&2; tests/fuzz/run.sh "${FUZZ_SECONDS:-20}" | tee "$log"; add "$(number_before passed)" "$(number_before failed)"; } ;;
    bench)
      # Ratios on a shared machine are noise for a gate: that the benchmark runs is tested here.
      tools/deps.sh build bench && step "build (release)" build release && step "benchmark, Claude (short)" bench/proxies.py --quick --no-gate &&
        step "benchmark, Codex (short)" bench/proxies.py --protocol codex --quick --no-gate --only paced,burst,request,memory,latency ;;
    bench-web)
      tools/deps.sh build bench && step "build (release)" build release && step "benchmark, MCP servers (short)" bench_mcp &&
        step "Markdown's quality" bench/markdown_quality.py --only-ours && step "Markdown's speed (short)" bench/markdown.py --pages 5 --no-gate ;;
    *) echo "run_suites: unknown suite \"$1\"" >&2; add 0 1 ;;
  esac
}

for name in "$@"; do
  start=$SECONDS
  suite "$name" || { echo "FAILED: suite $name" >&2; [ $failed -gt 0 ] || add 0 1; }
  echo "== $name took $((SECONDS - start)) s" >&2
done
skips=""
[ "$skipped" -gt 0 ] && skips=", $skipped skipped"
echo "$passed passed, $failed failed$skips"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
