#!/usr/bin/env bash
# Installs the clients that the end-to-end tests drive, at the versions pinned in clients/: Claude Code,
# Codex, Anthropic's and OpenAI's SDKs for Node and Python, pytest. Prints the folder; does nothing when
# it is up to date.
#   CLIENTS/bin/claude    CLIENTS/bin/codex    CLIENTS/venv/bin/python    CLIENTS/npm/node_modules
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
clients=${AUTOSRE_TEST_CACHE:-$repo/.cache}/clients
pins=$here/clients

say() { echo "install_clients: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

stamp_of() { cat "$@" <(uname -m) <(python3 --version) | sha256sum | cut -d' ' -f1; }
is_done() { [ "$(cat "$clients/$1.stamp" 2>/dev/null)" = "$2" ]; }
mark_done() { echo "$2" > "$clients/$1.stamp.new" && mv "$clients/$1.stamp.new" "$clients/$1.stamp"; }

case $(uname -m) in
  x86_64) platform=linux-x64 triple=x86_64-unknown-linux-musl ;;
  aarch64) platform=linux-arm64 triple=aarch64-unknown-linux-musl ;;
  *) fail "no Claude Code for $(uname -m)" "run the tests on x86-64 or arm64" ;;
esac

link_program() {
  [ -x "$2" ] || fail "npm installed no $2" "let npm install optional dependencies"
  ln -sfn "$2" "$clients/bin/$1"
}

# Both packages' own scripts only pick the program for the platform: the links do that.
install_npm() {
  command -v npm > /dev/null || fail "npm is not on PATH" "install Node.js 20 or newer"
  say "installing the npm packages"
  mkdir -p "$clients/npm" "$clients/bin"
  cp "$pins/package.json" "$pins/package-lock.json" "$clients/npm/"
  (cd "$clients/npm" && "$repo/tools/retry.sh" 900 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  local packages=$clients/npm/node_modules
  link_program claude "$packages/@anthropic-ai/claude-code-$platform/claude"
  link_program codex "$packages/@openai/codex-$platform/vendor/$triple/bin/codex"
}

mkdir -p "$clients"
exec 9> "$clients/lock"
flock 9

stamp=$(stamp_of "$pins/package-lock.json")
is_done npm "$stamp" || { install_npm; mark_done npm "$stamp"; }
"$repo/tools/venv.sh" "$clients/venv" "$pins/requirements.txt"
echo "$clients"
