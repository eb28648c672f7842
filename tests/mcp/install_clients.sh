#!/usr/bin/env bash
# Installs the official MCP clients at the versions pinned in clients/: conformance suite, Inspector, the SDKs
# for TypeScript (both lines) and Python, the Node.js that the first two need, the Python reference server.
# Prints the folder; does nothing when it is up to date.
#   FOLDER/node    FOLDER/npm/node_modules    FOLDER/venv/bin/python
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
folder=${AUTOSRE_TEST_CACHE:-$repo/.cache}/mcp-clients
pins=$here/clients

say() { echo "mcp/install_clients: $*" >&2; }
fail() { say "$1 — $2"; exit 1; }

stamp_of() { cat "$@" <(uname -m) <(python3 --version) | sha256sum | cut -d' ' -f1; }
is_done() { [ "$(cat "$folder/$1.stamp" 2>/dev/null)" = "$2" ]; }
mark_done() { echo "$2" > "$folder/$1.stamp.new" && mv "$folder/$1.stamp.new" "$folder/$1.stamp"; }

case $(uname -m) in
  x86_64) platform=linux-x64 ;;
  aarch64) platform=linux-arm64 ;;
  *) fail "no Node.js package for $(uname -m)" "run the tests on x86-64 or arm64" ;;
esac

install_npm() {
  command -v npm > /dev/null || fail "npm is not on PATH" "install Node.js"
  say "installing the npm packages"
  mkdir -p "$folder/npm"
  cp "$pins/package.json" "$pins/package-lock.json" "$folder/npm/"
  (cd "$folder/npm" && "$repo/tools/retry.sh" 900 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  ln -sfn "$folder/npm/node_modules/node-$platform/bin/node" "$folder/node"
  "$folder/node" --version > /dev/null || fail "$folder/node does not run" "see the messages above"
}

mkdir -p "$folder"
exec 9> "$folder/lock"
flock 9

stamp=$(stamp_of "$pins/package-lock.json")
is_done npm "$stamp" || { install_npm; mark_done npm "$stamp"; }
"$repo/tools/venv.sh" "$folder/venv" "$pins/requirements.txt"
echo "$folder"
