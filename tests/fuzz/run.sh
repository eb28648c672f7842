#!/bin/bash
# Runs the fuzz targets: tests/fuzz/run.sh [seconds-each] [target…]; two at a time. New inputs and
# crashes are kept in the build folder (FUZZ_BUILD, default build-fuzz). Exit 1 when one failed.
set -u
source=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$source/build-fuzz}
seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(chat_stream request_decoder responses_stream responses_request json_document sse_parser chunk_decoder http_heads
    fetch_answer fetch_text mcp_session search_page html_to_markdown)
fi

if [ ! -f "$build/build.ninja" ]; then
  (cd "$source" && cmake --preset fuzz -B "$build") >/dev/null || exit 1
fi
nice ninja -C "$build" "${targets[@]/#/fuzz_}" >"$build/fuzz-build.log" 2>&1 ||
  { tail -n 30 "$build/fuzz-build.log"; exit 1; }

work=$build/fuzz-work
mkdir -p "$work"

run_one() {
  local name=$1 folder=$work/$1 started=$SECONDS
  mkdir -p "$folder/found" "$folder/crashes"
  # A crash of an earlier run says nothing about this one.
  rm -f "$folder"/crashes/*
  local corpus=("$source/tests/fuzz/corpus/$name")
  # The same servers' bytes, for another client.
  if [ "$name" = responses_stream ]; then corpus+=("$source/tests/fuzz/corpus/chat_stream"); fi
  "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1500 \
    -max_len=16384 -print_final_stats=1 -artifact_prefix="$folder/crashes/" \
    "$folder/found" "${corpus[@]}" >"$folder/log" 2>&1
  local code=$? runs
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")
  if [ $code -eq 0 ]; then
    echo "pass $name: ${runs:-0} runs in $((SECONDS - started)) s"
    echo passed >"$folder/verdict"
  else
    echo "FAIL $name: $(find "$folder/crashes" -type f | head -n 1) (log: $folder/log)"
    echo failed >"$folder/verdict"
  fi
}

for target in "${targets[@]}"; do
  rm -f "$work/$target/verdict"
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  run_one "$target" &
done
wait

passed=0
failed=0
for target in "${targets[@]}"; do
  if [ "$(cat "$work/$target/verdict" 2>/dev/null)" = passed ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
