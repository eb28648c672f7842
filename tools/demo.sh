#!/usr/bin/env bash
# From a fresh checkout to an answer: installs what is missing, builds, starts the local stack with the
# small model and lets the real Claude Code and the real Codex answer a prompt through it. --stop ends the
# stack again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/deps.sh build run
cmake --preset release > /dev/null
cmake --build --preset release --target autosre
clients=$(tests/e2e/install_clients.sh claude)
export PATH="$clients/bin:$PATH"

build/autosre start --local
question=${QUESTION:-What is the capital of France?}

ask() {  # words of autosre
  printf '\n$ autosre %s "%s"\n' "$*" "$question"
  answer=$(timeout --foreground 600 build/autosre "$@" "$question" < /dev/null 2> /dev/null) || answer=
  printf '%s\n' "$answer"
  [ -n "$answer" ] || { echo "demo: $1 gave no answer — see build/autosre status and build/autosre doctor" >&2; exit 1; }
}

# The small model's window has room for a question, not for Claude Code's tools: --bare leaves them out.
ask claude -- --bare -p
ask codex --lean exec --skip-git-repo-check
echo

if [ "${1:-}" = --stop ]; then
  build/autosre stop
else
  echo "The stack goes on running. Claude Code and Codex are in $clients/bin (or: npm install -g"
  echo "@anthropic-ai/claude-code @openai/codex)."
  echo "Ask more:  build/autosre claude -- --bare -p \"…\""
  echo "           build/autosre codex --lean exec \"…\""
  echo "Stop it:   build/autosre stop"
fi
