#!/usr/bin/env bash
# From a fresh checkout to an answer: installs what is missing, builds, starts the local stack with the
# small model and lets the real Claude Code answer a prompt through it. --stop ends the stack again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/deps.sh build run
cmake --preset release > /dev/null
cmake --build --preset release --target autosre
clients=$(tests/e2e/install_clients.sh claude)
export PATH="$clients/bin:$PATH"

build/autosre start --local
question=${QUESTION:-What is the capital of France? Answer in one short sentence.}
printf '\n$ autosre claude -- --bare -p "%s"\n' "$question"
# The small model's window has room for a question, not for Claude Code's tools: --bare leaves them out.
answer=$(build/autosre claude -- --bare -p "$question" < /dev/null 2> /dev/null)
printf '%s\n\n' "$answer"
[ -n "$answer" ] || { echo "demo: Claude Code gave no answer" >&2; exit 1; }

if [ "${1:-}" = --stop ]; then
  build/autosre stop
else
  echo "The stack goes on running. Claude Code is in $clients/bin (or: npm install -g @anthropic-ai/claude-code)."
  echo "Ask more:  build/autosre claude -- --bare -p \"…\""
  echo "Stop it:   build/autosre stop"
fi
